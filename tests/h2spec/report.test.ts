import { expect, test } from "vitest"
import { readReport } from "./report.ts"

test("a case passed when nothing stands in it", () => {
  const xml = `<testsuite>
    <testcase package="http2/6.7" classname="Sends a &#34;PING&#34; frame &amp; waits" time="0.1"></testcase>
    <testcase package="http2/6.8" classname="red" time="2"><failure>Expect:
GOAWAY</failure></testcase>
    <testcase package="http2/6.8" classname="broken" time="2"><error>EOF</error></testcase>
    <testcase package="http2/6.8" classname="left out" time="0"><skipped></skipped></testcase>
  </testsuite>`
  expect(readReport(xml)).toEqual([
    { name: 'http2/6.7: Sends a "PING" frame & waits', passed: true },
    { name: "http2/6.8: red", passed: false },
    { name: "http2/6.8: broken", passed: false },
    { name: "http2/6.8: left out", passed: false },
  ])
})
