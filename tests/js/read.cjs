// Reads texts (a JSON list of strings on standard input) with js-yaml, and answers with a JSON list of lists of documents;
// null stands for a text that it refuses.
const yaml = require("js-yaml");
const texts = JSON.parse(require("fs").readFileSync(0, "utf8"));
const documents = (text) => {
  try {
    return yaml.loadAll(text);
  } catch {
    return null;
  }
};
process.stdout.write(JSON.stringify(texts.map(documents)));
