-- What a company expects to pay for a segment: for estimates of campaigns. NULL: it has not said.
ALTER TABLE companies ADD COLUMN segment_micros INTEGER; -- millionths of the currency
ALTER TABLE companies ADD COLUMN segment_currency TEXT; -- ISO 4217
