//! What the runners say, in numbers.

use std::time::Duration;

use serde_json::Value;

#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Count {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    pub(crate) skipped: u64,
    /// The runner itself ended badly.
    pub(crate) death: Option<String>,
}

impl Count {
    pub(crate) fn died(reason: String) -> Self {
        Self {
            death: Some(reason),
            ..Self::default()
        }
    }

    /// A skipped test has not passed, a group without tests has not either, and neither has a dead runner.
    pub(crate) fn judged(mut self) -> Self {
        self.failed += self.skipped;
        if self.passed + self.failed == 0 && self.death.is_none() {
            self.death = Some("it ran no test".to_owned());
        }
        match &self.death {
            // A runner ends badly when a test failed: that is said already.
            Some(_) if self.failed > 0 => self.death = None,
            Some(_) => self.failed = 1,
            None => {}
        }
        self
    }

    pub(crate) fn line(&self, name: &str, took: Duration) -> String {
        let mark = if self.failed == 0 { '✓' } else { '✗' };
        let (passed, failed, seconds) = (self.passed, self.failed, took.as_secs_f64());
        let mut line = format!("{mark} {name:<10}{passed:>6} passed {failed:>4} failed {seconds:>8.1} s");
        if self.skipped > 0 {
            line += &format!("  ({} of them skipped)", self.skipped);
        }
        if let Some(death) = &self.death {
            line += &format!("\n    {}", death.trim().replace('\n', "\n    "));
        }
        line
    }

    /// Of cargo's test harness: a line for each binary.
    pub(crate) fn of_cargo(output: &str) -> Self {
        let mut count = Self::default();
        for line in output.lines() {
            let Some((_, numbers)) = line.split_once("test result: ") else {
                continue;
            };
            count.passed += number_before(numbers, "passed");
            count.failed += number_before(numbers, "failed");
            count.skipped += number_before(numbers, "ignored");
        }
        count
    }

    /// Of `node --test`, in its TAP output's closing lines.
    pub(crate) fn of_tap(output: &str) -> Self {
        let number = |name: &str| {
            let prefix = format!("# {name} ");
            let line = output.lines().rev().find_map(|line| line.strip_prefix(&prefix));
            line.and_then(|value| value.trim().parse().ok()).unwrap_or(0)
        };
        Self {
            passed: number("pass"),
            failed: number("fail") + number("cancelled"),
            skipped: number("skipped") + number("todo"),
            death: None,
        }
    }

    /// Of Playwright's JSON report. A test that held only when it was tried again has failed.
    pub(crate) fn of_playwright(report: &Value) -> Self {
        let number = |name: &str| {
            report
                .pointer(&format!("/stats/{name}"))
                .and_then(Value::as_u64)
                .unwrap_or(0)
        };
        let errors = report.get("errors").and_then(Value::as_array).map_or(0, Vec::len);
        Self {
            passed: number("expected"),
            failed: number("unexpected") + number("flaky"),
            skipped: number("skipped"),
            death: (errors > 0).then(|| format!("{errors} errors outside of tests")),
        }
    }
}

/// `3` in `ok. 3 passed; 0 failed; …` for `passed`.
fn number_before(line: &str, word: &str) -> u64 {
    let mut before = "";
    for next in line.split([' ', ';']).filter(|word| !word.is_empty()) {
        if next == word {
            return before.parse().unwrap_or(0);
        }
        before = next;
    }
    0
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_binaries_of_cargo_are_added_up() {
        let output = "running 2 tests\ntest result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out\n\
                      test result: FAILED. 10 passed; 1 failed; 3 ignored; 0 measured; 0 filtered out; finished in 0.1s";
        assert_eq!(
            Count::of_cargo(output),
            Count {
                passed: 12,
                failed: 1,
                skipped: 3,
                death: None
            }
        );
    }

    #[test]
    fn node_and_playwright_are_understood() {
        let tap = "# tests 5\n# suites 1\n# pass 3\n# fail 1\n# cancelled 1\n# skipped 0\n# todo 0\n";
        assert_eq!(
            Count::of_tap(tap),
            Count {
                passed: 3,
                failed: 2,
                skipped: 0,
                death: None
            }
        );
        let report =
            json!({"stats": {"expected": 4, "unexpected": 1, "flaky": 1, "skipped": 2}, "errors": []});
        assert_eq!(
            Count::of_playwright(&report),
            Count {
                passed: 4,
                failed: 2,
                skipped: 2,
                death: None
            }
        );
    }

    #[test]
    fn nothing_run_a_dead_runner_and_a_skipped_test_are_failures() {
        assert_eq!(Count::default().judged().failed, 1);
        assert_eq!(
            Count {
                passed: 9,
                death: Some("killed".to_owned()),
                ..Count::default()
            }
            .judged()
            .failed,
            1
        );
        assert_eq!(
            Count {
                passed: 9,
                skipped: 2,
                ..Count::default()
            }
            .judged()
            .failed,
            2
        );
        assert_eq!(
            Count {
                passed: 9,
                ..Count::default()
            }
            .judged()
            .failed,
            0
        );
    }
}
