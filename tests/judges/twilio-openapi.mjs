// Twilio's own OpenAPI files (npm @twilio/cli-core), as one, cut to what we use and corrected where Twilio's real answers differ
// from it, so that Prism can judge with it.
import { readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";

const ACCOUNT = "/2010-04-01/Accounts/{AccountSid}";
const PATHS = [
  "/2010-04-01/Accounts/{Sid}.json",
  `${ACCOUNT}/Messages.json`,
  `${ACCOUNT}/Messages/{Sid}.json`,
  `${ACCOUNT}/Messages/{MessageSid}/Media.json`,
  `${ACCOUNT}/Messages/{MessageSid}/Media/{Sid}.json`,
  `${ACCOUNT}/IncomingPhoneNumbers.json`,
  `${ACCOUNT}/IncomingPhoneNumbers/{Sid}.json`,
  `${ACCOUNT}/Applications.json`,
  `${ACCOUNT}/Applications/{Sid}.json`,
];
/** What Twilio has on another host. */
const ELSEWHERE = {
  "twilio_messaging_v1.json": ["/v1/Services", "/v1/Services/{Sid}", "/v1/Services/{ServiceSid}/PhoneNumbers"],
  "twilio_messaging_v2.json": ["/v2/Channels/Senders", "/v2/Channels/Senders/{Sid}"],
};

// The file describes successes only; this is what every refusal looks like
// (https://www.twilio.com/docs/usage/twilios-response#response-formats-exceptions).
const REFUSAL = {
  type: "object",
  required: ["code", "message", "more_info", "status"],
  additionalProperties: false,
  properties: {
    code: { type: "integer" },
    detail: { type: "string" },
    message: { type: "string" },
    more_info: { type: "string", format: "uri" },
    status: { type: "integer" },
  },
};

/** Writes the corrected file and answers how many operations it has. */
export async function writeTwilioOpenApi(path) {
  const directory = createRequire(import.meta.url).resolve("@twilio/cli-core/package.json");
  const read = async (name) =>
    JSON.parse(await readFile(new URL(`src/services/twilio-api/${name}`, `file://${directory}`), "utf8"));
  const document = await read("twilio_api_v2010.json");
  document.paths = cut(document, PATHS);
  for (const [name, paths] of Object.entries(ELSEWHERE)) {
    const other = await read(name);
    Object.assign(document.paths, cut(other, paths));
    for (const [kind, named] of Object.entries(other.components)) {
      document.components[kind] = { ...document.components[kind], ...named };
    }
  }
  let operations = 0;
  for (const item of Object.values(document.paths)) {
    for (const method of ["get", "post", "delete"]) {
      if (!item[method]) continue;
      operations += 1;
      correct(item[method]);
    }
  }
  const { schemas } = document.components;
  looseUris(schemas);
  // Unset SIDs are empty texts in real answers.
  for (const name of ["sms_application_sid", "voice_application_sid"]) {
    const property = schemas["api.v2010.account.incoming_phone_number"].properties[name];
    delete property.pattern;
    delete property.minLength;
  }
  await writeFile(path, JSON.stringify(document));
  return operations;
}

function cut({ paths }, names) {
  return Object.fromEntries(
    names.map((name) => {
      if (!paths[name]) throw new Error(`Twilio's OpenAPI file has no ${name} any more`);
      // Whose host does not matter here: the stand-in has all in one place.
      const { servers: _, ...item } = paths[name];
      return [name, item];
    }),
  );
}

function correct(operation) {
  const form = operation.requestBody?.content?.["application/x-www-form-urlencoded"];
  if (form) {
    // Twilio repeats the key of a list: MediaUrl=…&MediaUrl=…
    form.encoding = Object.fromEntries(
      Object.entries(form.schema.properties)
        .filter(([, schema]) => schema.type === "array")
        .map(([name]) => [name, { style: "form", explode: true }]),
    );
  }
  const refusal = { description: "Refused", content: { "application/json": { schema: REFUSAL } } };
  operation.responses["4XX"] = refusal;
  operation.responses["5XX"] = { description: "Failed" };
  for (const response of Object.values(operation.responses)) {
    for (const { schema } of Object.values(response.content ?? {})) if (schema !== REFUSAL) looseUris(schema);
  }
}

/** Page addresses are relative and unset ones are empty: no `uri` of JSON Schema. */
function looseUris(value) {
  if (value === null || typeof value !== "object") return;
  if (value.format === "uri") value.format = "uri-reference";
  for (const child of Object.values(value)) looseUris(child);
}
