//! The panel starts here: `boot.js` has loaded this module and set the theme.

fn main() {
    edgeline_frontend::start();
}
