// Crates: wherever records lie together.

import * as collection from "../../models/collection.js";
import { confirmed, openDialog } from "../../../components/dialog.js";
import { el, replace } from "../../ui/dom.js";
import { field, showFault } from "../../ui/form.js";
import { counted } from "../../ui/format.js";
import { form } from "./section.js";

export function crates() {
    const body = el("div", { class: "stack" });
    const draw = () => {
        const all = collection.crates();
        replace(
            body,
            all.length
                ? el(
                      "ul",
                      { class: "ledger" },
                      all.map((crate) =>
                          el(
                              "li",
                              { class: "row" },
                              el("a", { href: `/mycollection.html?crate=${crate.uid}` }, crate.name),
                              el("span", { class: "soft fine" }, counted(crate.count, "record")),
                              el(
                                  "span",
                                  { class: "row push" },
                                  el(
                                      "button",
                                      {
                                          type: "button",
                                          class: "button small quiet",
                                          "aria-label": `Rename ${crate.name}`,
                                          onclick: () => rename(crate, draw),
                                      },
                                      "Rename",
                                  ),
                                  el(
                                      "button",
                                      {
                                          type: "button",
                                          class: "button small quiet",
                                          "aria-label": `Remove ${crate.name}`,
                                          onclick: () => removeCrate(crate, draw),
                                      },
                                      "Remove",
                                  ),
                              ),
                          ),
                      ),
                  )
                : el(
                      "p",
                      { class: "soft" },
                      "No crates yet. A crate is wherever records lie together: a shelf, a box, the pile by the door.",
                  ),
            form({
                fields: [field({ name: "name", label: "New crate", autocomplete: "off" })],
                yes: "Add the crate",
                run: async ({ name }) => {
                    await collection.addCrate({ name: name.trim() });
                    draw();
                    body.querySelector("input")?.focus();
                },
            }),
        );
    };
    draw();
    return body;
}

function rename(crate, draw) {
    const node = el(
        "form",
        { id: "rename", novalidate: true },
        el("div", { hidden: true, class: "rename-notice" }),
        field({ name: "name", label: "Name", value: crate.name }),
    );
    const dialog = openDialog({
        title: "Rename the crate",
        body: [node],
        foot: [el("button", { type: "submit", form: "rename", class: "button" }, "Save")],
    });
    node.addEventListener("submit", async (event) => {
        event.preventDefault();
        try {
            await collection.editCrate(crate.uid, { name: node.elements.name.value.trim() });
            dialog.close();
            draw();
        } catch (error) {
            showFault(node, node.querySelector(".rename-notice"), error);
        }
    });
}

async function removeCrate(crate, draw) {
    if (
        !(await confirmed({
            title: `Remove “${crate.name}”?`,
            text: crate.count
                ? `The ${counted(crate.count, "record")} in it stay on your shelf, in no crate.`
                : "It is empty.",
            yes: "Remove the crate",
            danger: true,
        }))
    )
        return;
    await collection.removeCrate(crate.uid);
    draw();
}
