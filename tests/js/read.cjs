// Reads texts (a JSON list of strings on standard input) with js-yaml, and answers with a JSON list of lists of documents.
const yaml = require("js-yaml");
const texts = JSON.parse(require("fs").readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(texts.map((text) => yaml.loadAll(text))));
