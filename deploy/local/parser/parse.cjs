// Prints what the official parser finds in the document of the first argument, as JSON: a line each, "severity place: words".
const { Parser, fromFile } = require("@asyncapi/parser");

const SEVERITIES = ["error", "warning", "information", "hint"];
const NEWER = "asyncapi-latest-version"; // that 3.1 exists is no finding: 3.0.0 is what was asked for

fromFile(new Parser(), process.argv[2])
  .parse()
  .then(({ diagnostics, document }) => {
    const found = diagnostics.filter((each) => each.code !== NEWER);
    const lines = found.map((each) => `${SEVERITIES[each.severity]} ${each.path.join("/")}: ${each.message}`);
    console.log(JSON.stringify(document || lines.length ? lines : ["error : the parser gives no document"]));
  });
