"""The vendor's OpenAPI text as a judge of answers."""

import re

import jsonschema
import yaml


class Contract:
    PREFIX = "/trade-api/v2"

    def __init__(self, path):
        with open(path) as file:
            self.document = yaml.load(file, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        self.schemas = {name: self.plain(schema) for name, schema in self.document["components"]["schemas"].items()}
        self.operations = []
        for template, methods in self.document["paths"].items():
            pattern = re.compile("^" + re.sub(r"\{[^}]+\}", "[^/]+", template) + "$")
            for method, operation in methods.items():
                if method in ("get", "post", "put", "delete"):
                    self.operations.append((template.count("{"), template, pattern, method.upper(), operation))
        # What is spelled out comes before what varies.
        self.operations.sort(key=lambda operation: operation[0])
        self.validators = {}

    def plain(self, schema):
        """JSON Schema of an OpenAPI 3.0 schema: `nullable` is a type of its own there."""
        if isinstance(schema, list):
            return [self.plain(item) for item in schema]
        if not isinstance(schema, dict):
            return schema
        result = {key: self.plain(value) for key, value in schema.items() if key not in ("nullable", "example", "discriminator")}
        if isinstance(result.get("$ref"), str):
            result["$ref"] = result["$ref"].replace("#/components/schemas/", "#/$defs/")
        if schema.get("nullable") is True:
            if isinstance(result.get("enum"), list):
                result["enum"] = result["enum"] + [None]
            return {"anyOf": [result, {"type": "null"}]}
        return result

    def operation(self, method, path):
        """(template, operation) of a request, or None."""
        bare = path.split("?")[0].removeprefix(self.PREFIX)
        for _, template, pattern, verb, operation in self.operations:
            if verb == method and pattern.match(bare):
                return template, operation
        return None

    def complaints(self, method, path, status, body):
        """What about the answer does not fit, as sentences."""
        found = self.operation(method, path)
        if found is None:
            return [] if status in (404, 410) else [f"{method} {path} is not in the contract and was answered with {status}"]
        template, operation = found
        if status >= 400:
            return [] if is_error(body) else [f"{method} {template}: {status} with no known error body: {body!r}"]
        response = operation["responses"].get(str(status))
        if response is None:
            return [f"{method} {template} was answered with {status}, which the contract does not have"]
        if "$ref" in response:
            response = self.document["components"]["responses"][response["$ref"].split("/")[-1]]
        content = response.get("content", {}).get("application/json")
        if content is None:
            return [] if body is None else [f"{method} {template}: {status} with a body, and the contract has none"]
        errors = self.validator(method, template, status, content["schema"]).iter_errors(body)
        return [f"{method} {template}: {'/'.join(map(str, error.absolute_path))}: {error.message[:300]}" for error in list(errors)[:5]]

    def validator(self, method, template, status, schema):
        name = (method, template, status)
        if name not in self.validators:
            whole = {"$defs": self.schemas, "allOf": [self.plain(schema)]}
            self.validators[name] = jsonschema.Draft202012Validator(whole, format_checker=jsonschema.FormatChecker())
        return self.validators[name]


def is_error(body):
    """One of the three shapes in which the vendor's exchange refuses."""
    if not isinstance(body, dict):
        return False
    nested = body.get("error")
    if nested == "too many requests" or isinstance(body.get("msg"), str):
        return True
    error = nested if isinstance(nested, dict) else body
    return isinstance(error.get("code"), str) and isinstance(error.get("message"), str)
