// Pictures for journeys, drawn by the browser itself, and a PDF by hand.

/** A JPEG of this size: noise on a colour, so that it weighs what a photo does. */
export async function photo(page, { width, height, noise = 1, orientation }) {
  const base64 = await page.evaluate(async ([width, height, noise]) => {
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext("2d");
    const image = context.createImageData(width, height);
    for (let at = 0; at < image.data.length; at += 4) {
      image.data[at] = 200 - Math.random() * 120 * noise;
      image.data[at + 1] = 120 + Math.random() * 100 * noise;
      image.data[at + 2] = 60;
      image.data[at + 3] = 255;
    }
    context.putImageData(image, 0, 0);
    const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: "image/jpeg", quality: 0.92 })).arrayBuffer());
    let text = "";
    for (const byte of bytes) text += String.fromCharCode(byte);
    return btoa(text);
  }, [width, height, noise]);
  const jpeg = Buffer.from(base64, "base64");
  return orientation ? turned(jpeg, orientation) : jpeg;
}

/** The same picture with a camera's note on how it was held (EXIF 2.32, 4.6.4, tag 0x0112). */
function turned(jpeg, orientation) {
  const tiff = Buffer.from("4d4d002a00000008000101120003000000010000000000000000", "hex");
  tiff.writeUInt16BE(orientation, 18);
  const exif = Buffer.concat([Buffer.from("Exif\0\0"), tiff]);
  const head = Buffer.alloc(4);
  head.writeUInt16BE(0xffe1);
  head.writeUInt16BE(exif.length + 2, 2);
  return Buffer.concat([jpeg.subarray(0, 2), head, exif, jpeg.subarray(2)]);
}

export const PDF = Buffer.from(`%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj
trailer<</Root 1 0 R>>
%%EOF
`);

/** Drags files from the desk over an element and lets go of them there. */
export async function drop(target, files) {
  const transfer = await transferOf(target.page(), files);
  await target.dispatchEvent("dragover", { dataTransfer: transfer });
  await target.dispatchEvent("drop", { dataTransfer: transfer });
}

/** Pastes what was copied elsewhere, a screenshot for example. */
export async function paste(target, files) {
  const transfer = await transferOf(target.page(), files);
  await target.evaluate(
    (element, clipboardData) => element.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true })),
    transfer,
  );
}

function transferOf(page, files) {
  return page.evaluateHandle((files) => {
    const transfer = new DataTransfer();
    for (const { name, mimeType, base64 } of files) {
      const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      transfer.items.add(new File([bytes], name, { type: mimeType }));
    }
    return transfer;
  }, files.map(({ name, mimeType, buffer }) => ({ name, mimeType, base64: buffer.toString("base64") })));
}
