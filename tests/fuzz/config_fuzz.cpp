// Any bytes as the configuration: it is taken and then holds what a Config promises, or refused with problems
// that all name the file and say something.
#include "config/config.h"
#include "require.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    using trialcds::fuzz::require;
    const auto config = trialcds::server::parse_config("c.json", trialcds::fuzz::text_of(data, size));
    if (!config) {
        require(!config.error().empty());
        for (const trialcds::base::Error &error : config.error())
            require(error.location.starts_with("c.json") && !error.public_text.empty());
        return 0;
    }
    require(check(config->trust).has_value());
    for (const auto &issuer : config->trust.issuers) {
        require(config->key_files.count(issuer.issuer) != 0 || issuer.jku.has_value());
        if (issuer.default_tenant) require(config->tenants.count(*issuer.default_tenant) != 0);
        for (const auto &[claim, tenant] : issuer.tenants)
            require(config->tenants.count(tenant) != 0);
    }
    const std::string path = config->base_path();
    require(path.empty() || (path.front() == '/' && path.back() != '/'));
    return 0;
}
