// Shows /openapi.json with Swagger UI, which reads the anchor only when it starts: another one starts it anew.
SwaggerUIBundle({
  url: "/openapi.json", dom_id: "#ui", deepLinking: true, docExpansion: "none", defaultModelsExpandDepth: 0,
  persistAuthorization: true, validatorUrl: null,
});
addEventListener("hashchange", () => { if (location.hash.startsWith("#/")) location.reload(); });
for (const each of document.querySelectorAll(".pages a")) {
  if (each.hash === location.hash) {
    each.setAttribute("aria-current", "page");
    each.closest("details").open = true;
  }
}
