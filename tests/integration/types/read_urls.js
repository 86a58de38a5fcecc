// As read_urls.py, by the URL class of Node.js, which its drivers stand on (WHATWG's "URL Standard").
const lines = require('fs').readFileSync(process.argv[2], 'utf8').trim().split('\n');
let wrong = 0;
for (const line of lines) {
  const row = JSON.parse(line);
  const url = new URL(row.url.replace(/^jdbc:/, ''));
  const login = url.searchParams.get('user') ?? decodeURIComponent(url.username);
  const password = url.searchParams.get('password') ?? decodeURIComponent(url.password);
  const schema = decodeURIComponent(url.pathname.slice(1));
  if (login !== row.login || password !== row.password || schema !== row.schema) {
    wrong += 1;
    console.log('URL', row, login, password, schema);
  }
}
console.log(lines.length, 'read,', wrong, 'wrong');
