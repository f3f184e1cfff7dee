import sharp from "sharp"

const square = { create: { width: 64, height: 64, channels: 3, background: "teal" } }

export default {
  async fetch() {
    const image = await sharp(square).resize(16).png().toBuffer()
    const { width, height, format } = await sharp(image).metadata()
    return Response.json({ width, height, format })
  },
}
