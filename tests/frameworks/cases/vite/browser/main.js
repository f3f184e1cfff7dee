import "./style.css"

document.body.textContent = "written by the browser's module"
