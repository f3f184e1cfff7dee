const { readFileSync } = require("node:fs")
const { createServer } = require("node:http")

const greeting = readFileSync("greeting.txt", "utf8").trim()
const server = createServer((request, response) => response.end(`${greeting} ${request.url}\n`))
server.listen(process.env.PORT)
process.on("SIGTERM", () => server.close(() => process.exit(0)))
