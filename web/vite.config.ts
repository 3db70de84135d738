import { readFileSync } from "node:fs";
import { defineConfig, type Plugin } from "vite";

// Of the catalogue that card and table speak from, what this page says too.
const SHARED = /^((date|trial|why|outcome|limits)(\.|$)|fact\.value$|remark\.deceased$)/;

function sharedCatalogue(): Plugin {
  return {
    name: "shared-catalogue",
    enforce: "pre",
    load(id) {
      if (!/\/wording\/catalogue\/[a-z]+\.json$/.test(id)) return null;
      const text = readFileSync(id, "utf8").replace(/^\s*\/\/.*$/gm, "");
      const all = JSON.parse(text) as Record<string, string>;
      return JSON.stringify(Object.fromEntries(Object.entries(all).filter(([key]) => SHARED.test(key))));
    },
  };
}

// Relative addresses, so that the page works under any path; nothing inlined, so that it works under a content
// security policy of default-src 'self'.
export default defineConfig({
  base: "./",
  plugins: [sharedCatalogue()],
  build: { rolldownOptions: { input: ["index.html", "launch.html"] }, target: "es2022", assetsInlineLimit: 0, license: { fileName: "licenses.md" }, modulePreload: { polyfill: false } },
});
