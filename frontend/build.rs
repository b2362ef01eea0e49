//! Keeps the linker's notes in the module, by which `cargo xtask build` cuts it into chunks (docs/decisions/0006).

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var("CARGO_CFG_TARGET_FAMILY").is_ok_and(|family| family.contains("wasm")) {
        println!("cargo::rustc-link-arg-bins=--emit-relocs");
    }
}
