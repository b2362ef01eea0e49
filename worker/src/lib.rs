//! Cloudflare glue.
