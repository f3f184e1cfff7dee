import { expect, test } from "vitest"
import { readProgress } from "./progress.ts"

test.each([
  ["#7 [build 2/5] RUN npm ci", "2 of 5: RUN npm ci", 0.2],
  ["#5 [1/2] FROM docker.io/library/node:24", "1 of 2: FROM docker.io/library/node:24", 0],
  ["STEP 2/4: COPY . /app", "2 of 4: COPY . /app", 0.25],
  ["[1/2] STEP 2/4: COPY . /app", "2 of 4: COPY . /app", 0.25],
  ["Step 2/4 : COPY . /app", "2 of 4: COPY . /app", 0.25],
])("it reads the step that %j begins", (line, detail, share) => {
  expect(readProgress(line)).toEqual({ detail, share })
})

test.each(["#7 0.402 added 12 packages", "#1 [internal] load build definition", "COMMIT", "STEP 0/0: x"])(
  "it reads none in %j",
  (line) => {
    expect(readProgress(line)).toBeUndefined()
  },
)
