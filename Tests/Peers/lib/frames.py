"""The vendor's AsyncAPI text as a judge of frames."""

import jsonschema
import yaml

# Types that more than one payload answers to.
SEVERAL = {
    "ok": ["okResponsePayload", "listSubscriptionsResponsePayload", "subscribedIndicesResponsePayload", "subscribedUnderlyingsResponsePayload"],
    "market_lifecycle_v2": ["marketLifecycleV2Payload", "marketMetadataUpdatedPayload"],
}


class Frames:
    def __init__(self, path):
        with open(path) as file:
            document = yaml.load(file, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        self.schemas = self.local(document["components"]["schemas"])
        self.payloads = {}
        for name, schema in self.schemas.items():
            type_name = schema.get("properties", {}).get("type", {}).get("const")
            if name.endswith("Payload") and type_name:
                self.payloads.setdefault(type_name, []).append(name)
        for type_name, names in SEVERAL.items():
            self.payloads[type_name] = [name for name in names if name in self.schemas]
        self.validators = {}

    def local(self, schema):
        """References that stay within one document."""
        if isinstance(schema, list):
            return [self.local(item) for item in schema]
        if not isinstance(schema, dict):
            return schema
        result = {key: self.local(value) for key, value in schema.items() if key not in ("examples", "description")}
        if isinstance(result.get("$ref"), str):
            result["$ref"] = result["$ref"].replace("#/components/schemas/", "#/$defs/")
        return result

    def types(self):
        """Every type of frame that a server sends."""
        return set(self.payloads)

    def complaints(self, frame):
        """What about the frame does not fit, as sentences; also a field that the contract does not have."""
        names = self.payloads.get(frame.get("type"))
        if not names:
            return [f"a frame of the unknown type {frame.get('type')!r}"]
        each = [self.against(name, frame) for name in names]
        best = min(each, key=len)
        return [f"{frame['type']}: {sentence}" for sentence in best[:3]]

    def against(self, name, frame):
        if name not in self.validators:
            self.validators[name] = jsonschema.Draft202012Validator(
                {"$defs": self.schemas, "$ref": f"#/$defs/{name}"}, format_checker=jsonschema.FormatChecker())
        wrong = [f"{'/'.join(map(str, error.absolute_path))}: {error.message[:200]}" for error in self.validators[name].iter_errors(frame)]
        return wrong + [f"{path} is not in the contract" for path in self.strays(self.schemas[name], frame, "")]

    def strays(self, schema, value, path):
        while "$ref" in schema:
            schema = self.schemas[schema["$ref"].split("/")[-1]]
        if isinstance(value, dict) and "properties" in schema:
            for key, item in value.items():
                if key not in schema["properties"]:
                    yield f"{path}/{key}"
                else:
                    yield from self.strays(schema["properties"][key], item, f"{path}/{key}")
        elif isinstance(value, list) and isinstance(schema.get("items"), dict):
            for item in value:
                yield from self.strays(schema["items"], item, f"{path}[]")
