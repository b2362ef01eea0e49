//! Line icons on a 24-unit grid. Decoration only: the control around one carries the name.

use leptos::prelude::*;

/// The path itself, and not a number that a table of all paths explains: an icon that only a chunk shows comes with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Icon(&'static str);

macro_rules! icons {
    ($($name:ident: $path:literal;)*) => {
        #[expect(non_upper_case_globals, reason = "they read as the variants of an enum")]
        impl Icon {
            $(pub const $name: Self = Self($path);)*
        }
    };
}

icons! {
    Alert: "M12 22a10 10 0 1 0 0-20 10 10 0 0 0 0 20z M12 7v6 M12 16.5v.01";
    Archive: "M21 8v11a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V8 M2 3h20v5H2z M10 12h4";
    ArrowDown: "M12 5v14 M19 12l-7 7-7-7";
    ArrowLeft: "M19 12H5 M12 19l-7-7 7-7";
    Ban: "M12 22a10 10 0 1 0 0-20 10 10 0 0 0 0 20z M4.93 4.93l14.14 14.14";
    Building: "M6 22V4a2 2 0 0 1 2-2h8a2 2 0 0 1 2 2v18z M10 6.5v.01 M14 6.5v.01 M10 10.5v.01 M14 10.5v.01 M10 14.5v.01 M14 14.5v.01 M10 22v-3h4v3";
    Calendar: "M5 4h14a2 2 0 0 1 2 2v14a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2z M16 2v4 M8 2v4 M3 10h18";
    Check: "M20 6 9 17l-5-5";
    CheckTwice: "M17 6 7 17l-5-5 M22 8l-8.5 9.5-1.5-1.5";
    ChevronDown: "M6 9l6 6 6-6";
    ChevronRight: "M9 6l6 6-6 6";
    Clock: "M12 22a10 10 0 1 0 0-20 10 10 0 0 0 0 20z M12 6v6l4 2";
    Close: "M18 6 6 18 M6 6l12 12";
    Copy: "M10 8h10a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2H10a2 2 0 0 1-2-2V10a2 2 0 0 1 2-2z M4 16a2 2 0 0 1-2-2V4a2 2 0 0 1 2-2h10a2 2 0 0 1 2 2";
    Chart: "M4 20V10 M10 20V4 M16 20v-7 M22 20H2";
    Eye: "M1 12s4-7 11-7 11 7 11 7-4 7-11 7-11-7-11-7z M12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6z";
    Inbox: "M22 12h-6l-2 3h-4l-2-3H2 M5.45 5.11 2 12v6a2 2 0 0 0 2 2h16a2 2 0 0 0 2-2v-6l-3.45-6.89A2 2 0 0 0 16.76 4H7.24a2 2 0 0 0-1.79 1.11z";
    Key: "M15.5 7.5l3 3L22 7l-3-3 M21 2l-9.6 9.6 M7.5 21a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11z";
    Keyboard: "M20 5H4a2 2 0 0 0-2 2v10a2 2 0 0 0 2 2h16a2 2 0 0 0 2-2V7a2 2 0 0 0-2-2z M6 9v.01 M10 9v.01 M14 9v.01 M18 9v.01 M7 14.5h10";
    Leave: "M9 21H5a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2h4 M16 17l5-5-5-5 M21 12H9";
    Mail: "M4 4h16a2 2 0 0 1 2 2v12a2 2 0 0 1-2 2H4a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2z M22 6.5l-10 7-10-7";
    Message: "M21 15a2 2 0 0 1-2 2H7l-4 4V5a2 2 0 0 1 2-2h14a2 2 0 0 1 2 2z";
    More: "M12 12v.01 M19 12v.01 M5 12v.01";
    Paperclip: "M21.44 11.05l-9.19 9.19a6 6 0 0 1-8.49-8.49l9.19-9.19a4 4 0 0 1 5.66 5.66l-9.2 9.19a2 2 0 0 1-2.83-2.83l8.49-8.48";
    Pencil: "M17 3a2.83 2.83 0 0 1 4 4L7.5 20.5 2 22l1.5-5.5z";
    Phone: "M22 16.92v3a2 2 0 0 1-2.18 2 19.79 19.79 0 0 1-8.63-3.07 19.5 19.5 0 0 1-6-6 19.79 19.79 0 0 1-3.07-8.67A2 2 0 0 1 4.11 2h3a2 2 0 0 1 2 1.72 12.84 12.84 0 0 0 .7 2.81 2 2 0 0 1-.45 2.11L8.09 9.91a16 16 0 0 0 6 6l1.27-1.27a2 2 0 0 1 2.11-.45 12.84 12.84 0 0 0 2.81.7A2 2 0 0 1 22 16.92z";
    Plus: "M12 5v14 M5 12h14";
    Refresh: "M3 12a9 9 0 0 1 15-6.7L21 8 M21 3v5h-5 M21 12a9 9 0 0 1-15 6.7L3 16 M3 21v-5h5";
    Search: "M11 19a8 8 0 1 0 0-16 8 8 0 0 0 0 16z M21 21l-4.35-4.35";
    Send: "M22 2 11 13 M22 2l-7 20-4-9-9-4z";
    Settings: "M4 21v-7 M4 10V3 M12 21v-9 M12 8V3 M20 21v-5 M20 12V3 M1 14h6 M9 8h6 M17 16h6";
    Trash: "M3 6h18 M19 6v14a2 2 0 0 1-2 2H7a2 2 0 0 1-2-2V6 M8 6V4a2 2 0 0 1 2-2h4a2 2 0 0 1 2 2v2";
    User: "M19 21v-2a4 4 0 0 0-4-4H9a4 4 0 0 0-4 4v2 M12 11a4 4 0 1 0 0-8 4 4 0 0 0 0 8z";
    Users: "M16 21v-2a4 4 0 0 0-4-4H6a4 4 0 0 0-4 4v2 M9 11a4 4 0 1 0 0-8 4 4 0 0 0 0 8z M22 21v-2a4 4 0 0 0-3-3.87 M16 3.13a4 4 0 0 1 0 7.75";
}

#[component]
pub fn Glyph(icon: Icon) -> AnyView {
    view! {
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
            <path d=icon.0/>
        </svg>
    }
    .into_any()
}
