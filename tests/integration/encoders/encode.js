// encode.js HOW IN OUT: writes each file of the directory IN to OUT, as HOW prints it. Node's own encoders.
const fs = require('fs');
const path = require('path');
const util = require('util');

const encoders = {
  'JSON.stringify': (text) => JSON.stringify(text),
  'JSON.stringify-object': (text) => JSON.stringify({body: text}),
  encodeURIComponent,
  encodeURI,
  URLSearchParams: (text) => new URLSearchParams({password: text}).toString(),
  'util.inspect': (text) => util.inspect(text),
  'util.inspect-object': (text) => util.inspect({password: text}, {breakLength: Infinity}),
  base64: (text) => Buffer.from(text).toString('base64'),
  base64url: (text) => Buffer.from(text).toString('base64url'),
  hex: (text) => Buffer.from(text).toString('hex'),
};

const [how, source, target] = process.argv.slice(2);
for (const name of fs.readdirSync(source)) {
  const text = fs.readFileSync(path.join(source, name), 'utf8');
  fs.writeFileSync(path.join(target, name), encoders[how](text));
}
