/** Checks the schema of a function's parameters for errors that model servers refuse. */

const TYPES = new Set(["object", "array", "string", "number", "integer", "boolean", "null"]);
const NAME = /^[A-Za-z0-9_-]{1,64}$/;

/**
 * @param {string} text a JSON array of tools
 * @returns {{tools: any[], problems: string[]}}
 */
export function checkTools(text) {
    if (!text.trim()) {
        return { tools: [], problems: [] };
    }
    let tools;
    try {
        tools = JSON.parse(text);
    } catch (e) {
        return { tools: [], problems: [`No JSON: ${/** @type {Error} */ (e).message}`] };
    }
    if (!Array.isArray(tools)) {
        return { tools: [], problems: ["Tools are an array: [{\"type\": \"function\", …}]."] };
    }
    return { tools, problems: tools.flatMap(checkTool) };
}

/**
 * @param {any} tool
 * @param {number} index
 * @returns {string[]}
 */
function checkTool(tool, index) {
    const where = `Tool ${index + 1}`;
    if (tool?.type !== "function") {
        return typeof tool?.type === "string" ? [] : [`${where} has no type.`];
    }
    const name = tool.function?.name;
    if (typeof name !== "string" || !NAME.test(name)) {
        return [`${where}: a function needs a name of 1 to 64 letters, digits, - and _.`];
    }
    const parameters = tool.function.parameters;
    if (parameters === undefined) {
        return [];
    }
    return parameters?.type === "object" ? checkSchema(parameters, name) : [`${name}: parameters must have the type "object".`];
}

/**
 * @param {any} schema
 * @param {string} where
 * @returns {string[]}
 */
function checkSchema(schema, where) {
    if (typeof schema !== "object" || schema === null || Array.isArray(schema)) {
        return typeof schema === "boolean" ? [] : [`${where} must be a schema, an object.`];
    }
    const types = schema.type === undefined ? [] : [schema.type].flat();
    const problems = types.filter(it => !TYPES.has(it)).map(it => `${where}: there is no type ${JSON.stringify(it)}.`);
    const properties = schema.properties ?? {};
    for (const [name, property] of Object.entries(properties)) {
        problems.push(...checkSchema(property, `${where}.${name}`));
    }
    const required = Array.isArray(schema.required) ? schema.required : [];
    for (const name of required.filter((/** @type {string} */ it) => !(it in properties))) {
        problems.push(`${where}: ${JSON.stringify(name)} is required and no property.`);
    }
    if (schema.items !== undefined) {
        problems.push(...checkSchema(schema.items, `${where}[]`));
    }
    if (schema.enum !== undefined && (!Array.isArray(schema.enum) || schema.enum.length === 0)) {
        problems.push(`${where}: enum must list values.`);
    }
    return problems;
}
