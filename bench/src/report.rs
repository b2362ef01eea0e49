//! The table.

#[derive(Default)]
pub(crate) struct Report {
    exceeded: usize,
}

impl Report {
    pub(crate) fn heading(&mut self, title: &str, columns: &[&str]) {
        let first = columns.first().copied().unwrap_or_default();
        println!("\n{title:<26}{first:>9}{}", padded(columns.iter().skip(1)));
    }

    pub(crate) fn row(&mut self, name: &str, columns: &[String]) {
        println!("{name:<35}{}", padded(columns.iter()));
    }

    /// A row that is compared, and that may have to stay below a limit.
    pub(crate) fn limited(&mut self, name: &str, columns: &[String], ratio: f64, limit: Option<f64>) {
        let verdict = match limit {
            None => String::new(),
            // A ratio that is not a number is no success.
            Some(limit) if ratio <= limit => format!("{limit:>11.1} ✓"),
            Some(limit) => {
                self.exceeded += 1;
                format!("{limit:>11.1} ✗")
            }
        };
        println!("{name:<35}{}{ratio:>11.2}{verdict}", padded(columns.iter()));
    }

    pub(crate) fn within_limits(&self) -> bool {
        self.exceeded == 0
    }
}

fn padded(columns: impl Iterator<Item = impl AsRef<str>>) -> String {
    columns.map(|column| format!("{:>11}", column.as_ref())).collect()
}
