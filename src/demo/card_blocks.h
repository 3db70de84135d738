// The markdown of a card's detail taken apart for a page: the few forms that our cards use (headings, bullets,
// strong words, tables, links, escapes) become blocks of spans, written as JSON for a template. What is none of
// these stays as it is written, so that nothing is lost. Thread-safety: reentrant.
#pragma once

#include <string_view>

#include "base/json_writer.h"

namespace trialcds::demo {

// A list of {"paragraph": true, SPANS}, {"heading": true, SPANS}, {"bullets": {"items": [{SPANS}...]}} and
// {"grid": {"rows": [{"titles": true or false, "cells": [{SPANS}...]}...]}}; SPANS is "spans": [{"text",
// "strong": true or false}...].
void write_blocks(json::Writer &out, std::string_view markdown);

} // namespace trialcds::demo
