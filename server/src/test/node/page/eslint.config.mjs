import js from "@eslint/js";
import globals from "globals";

export default [
  js.configs.recommended,
  { ignores: ["page/lib/**", "code/**"] },
  {
    files: ["page/**/*.js"],
    languageOptions: { globals: globals.browser },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "no-var": "error",
      "prefer-const": "error",
      eqeqeq: ["error", "always", { null: "ignore" }],
      "no-eval": "error",
      "no-implied-eval": "error",
      "no-unused-vars": ["error", { varsIgnorePattern: "^_", argsIgnorePattern: "^_" }],
      "no-restricted-properties": ["error", { property: "innerHTML" }, { property: "outerHTML" }, { property: "insertAdjacentHTML" }],
      "no-restricted-syntax": ["error", { selector: "Identifier[name='dangerouslySetInnerHTML']", message: "The page makes no HTML." }],
      complexity: ["error", 24],
      curly: "error",
      "max-lines": ["error", 400],
      "max-lines-per-function": ["error", { max: 110, skipComments: true }],
      semi: ["error", "always"],
      quotes: ["error", "double", { avoidEscape: true, allowTemplateLiterals: true }],
    },
  },
  {
    files: ["*.mjs", "scenarios/*.mjs"],
    languageOptions: { globals: { ...globals.node, ...globals.browser } },
  },
];
