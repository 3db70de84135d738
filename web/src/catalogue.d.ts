// The shared catalogues have comments, which the build takes out (vite.config.ts).
declare module "*/wording/catalogue/en.json" {
  const catalogue: Record<string, string>;
  export default catalogue;
}
declare module "*/wording/catalogue/de.json" {
  const catalogue: Record<string, string>;
  export default catalogue;
}
declare module "*/wording/catalogue/fr.json" {
  const catalogue: Record<string, string>;
  export default catalogue;
}
