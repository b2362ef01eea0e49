//! What Twilio speaks, in both directions, without I/O.
