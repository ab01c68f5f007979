import { createRoot } from "react-dom/client";
import { Client, ClientContext } from "../bridge/client";
import { Store, StoreContext } from "../bridge/store";
import { Page } from "./Page";
import { StyleGuide } from "./StyleGuide";

const root = document.getElementById("root");
if (root === null) throw new Error("The page has no root.");

if (location.pathname.replace(/\/$/, "").endsWith("/style-guide") || location.hash === "#style-guide") {
  createRoot(root).render(<StyleGuide />);
} else {
  const store = new Store();
  const client = new Client(store);
  createRoot(root).render(
    <StoreContext.Provider value={store}>
      <ClientContext.Provider value={client}>
        <Page />
      </ClientContext.Provider>
    </StoreContext.Provider>,
  );
  client.start();
}
