// A row that is longer than a statement may be, as one that inserts how its texts begin and others that add the rest.

/** Characters: three bytes each at most, and twice as many when all are quotes. */
const PIECE = 5_000;

/**
 * `literals`: of each column, as SQLite quotes it. `where`: what finds the row again, in SQL. Answers statements, or
 * throws when the row has something that cannot be taken apart.
 */
export function inPieces(table, columns, literals, where, most) {
  const rest = [];
  const begins = literals.map((literal, nth) => {
    if (!literal.startsWith("'")) return literal;
    const [first, ...others] = cut(literal.slice(1, -1).replaceAll("''", "'"));
    for (const piece of others) {
      const name = `"${columns[nth]}"`;
      rest.push(`UPDATE "${table}" SET ${name} = ${name} || ${quoted(piece)} WHERE ${where};`);
    }
    return quoted(first);
  });
  const names = columns.map((column) => `"${column}"`).join(",");
  const statements = [`INSERT INTO "${table}" (${names}) VALUES (${begins.join(",")});`, ...rest];
  const tooLong = statements.find((statement) => Buffer.byteLength(statement) > most);
  if (tooLong) throw new Error(`a row of ${table} (${where}) is too long for D1 to read back`);
  return statements;
}

/** Never through the middle of a character. */
function cut(text) {
  const pieces = [];
  let start = 0;
  while (start < text.length) {
    let end = Math.min(start + PIECE, text.length);
    if (end < text.length && text.charCodeAt(end - 1) >> 10 === 0xd800 >> 10) end -= 1;
    pieces.push(text.slice(start, end));
    start = end;
  }
  return pieces.length > 0 ? pieces : [""];
}

const quoted = (text) => `'${text.replaceAll("'", "''")}'`;
