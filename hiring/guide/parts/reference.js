// Shows /openapi.json with Swagger UI, which reads the anchor only when it starts: another one starts it anew.
// It would send the example of every optional parameter that it shows in a field, so the text tells the example instead.
fetch("/openapi.json").then((answer) => answer.json()).then((spec) => {
  for (const methods of Object.values(spec.paths)) {
    for (const { parameters } of Object.values(methods)) {
      for (const each of parameters) {
        if (each.required || !("example" in each)) continue;
        each.description += ` For example \`${each.example}\`.`;
        delete each.example;
      }
    }
  }
  SwaggerUIBundle({
    spec, dom_id: "#ui", deepLinking: true, docExpansion: "none", defaultModelsExpandDepth: 0,
    persistAuthorization: true, validatorUrl: null,
  });
});
addEventListener("hashchange", () => { if (location.hash.startsWith("#/")) location.reload(); });
for (const each of document.querySelectorAll(".pages a")) {
  if (each.hash === location.hash) {
    each.setAttribute("aria-current", "page");
    each.closest("details").open = true;
  }
}
