// Converts as UCUM does, by a library that was not written for this project. Each line of standard input is a unit,
// another, and a number, with tabs between; each line of standard output the number in the other unit, or "none".
import { readFileSync } from "node:fs";
import { UcumLhcUtils } from "@lhncbc/ucum-lhc";

const utils = UcumLhcUtils.getInstance();
for (const line of readFileSync(0, "utf8").split("\n").filter(Boolean)) {
    const [from, to, number] = line.split("\t");
    const { status, toVal } = utils.convertUnitTo(from, number, to);
    console.log(status === "succeeded" ? String(toVal) : "none");
}
