// The demonstration's pages are filled in by the templates of base.
#pragma once

#include "base/html_template.h"

namespace trialcds::demo {

using base::html_escaped;
using Template = base::HtmlTemplate;

} // namespace trialcds::demo
