// A document for the component tests. Must be imported before anything that imports react-dom.
// By require, because Debian's types for jsdom want node's, which it does not have.
const { JSDOM } = require("jsdom");
export const { window } = new JSDOM("<!doctype html><body></body>", { url: "http://localhost:3002/", pretendToBeVisual: true });
for (const name of ["document", "HTMLElement", "Element", "Node", "MouseEvent", "Event", "requestAnimationFrame", "cancelAnimationFrame", "location"] as const) {
  Object.defineProperty(globalThis, name, { value: window[name], configurable: true });
}
Object.defineProperty(globalThis, "window", { value: window, configurable: true });
Object.defineProperty(globalThis, "navigator", { value: window.navigator, configurable: true });
Object.defineProperty(globalThis, "IS_REACT_ACT_ENVIRONMENT", { value: true });

// jsdom 20 knows the element but not its modal side.
window.HTMLDialogElement.prototype.showModal = function showModal() {
  this.setAttribute("open", "");
};
window.HTMLDialogElement.prototype.close = function close() {
  this.removeAttribute("open");
};
