#include "record.h"

#include "base/json_writer.h"

namespace trialcds::demo {
namespace {

class Renaming {
  public:
    explicit Renaming(const RecordNames &names) : names_(names) {}

    [[nodiscard]] std::string bundle(json::Value value) {
        out_.begin_object();
        for (const auto [key, member] : value.members()) {
            out_.key(key);
            if (key == "entry")
                entries(member);
            else
                copy(member);
        }
        out_.end_object();
        return out_.take();
    }

  private:
    void entries(json::Value list) {
        out_.begin_array();
        for (const json::Value entry : list.elements()) {
            out_.begin_object();
            for (const auto [key, member] : entry.members()) {
                out_.key(key);
                if (key == "resource")
                    resource(member);
                else
                    copy_member(key, member);
            }
            out_.end_object();
        }
        out_.end_array();
    }

    void resource(json::Value value) {
        const std::string_view type = value["resourceType"].text();
        out_.begin_object();
        for (const auto [key, member] : value.members()) {
            if (type == "Patient" && key == "name") continue;
            out_.key(key);
            if (key == "id")
                out_.string(id_of(type, member.text()));
            else
                copy_member(key, member);
        }
        if (type == "Patient") write_name();
        out_.end_object();
    }

    void write_name() {
        out_.key("name").begin_array().begin_object().member("use", "official");
        out_.member("family", names_.family).key("given").begin_array().string(names_.given).end_array();
        out_.end_object().end_array();
    }

    void copy_member(std::string_view key, json::Value value) {
        if (value.is_string() && (key == "reference" || key == "fullUrl"))
            out_.string(reference(value.text()));
        else
            copy(value);
    }

    void copy(json::Value value) {
        if (value.is_object()) {
            out_.begin_object();
            for (const auto [key, member] : value.members()) {
                out_.key(key);
                copy_member(key, member);
            }
            out_.end_object();
        } else if (value.is_array()) {
            out_.begin_array();
            for (const json::Value element : value.elements())
                copy(element);
            out_.end_array();
        } else {
            out_.raw(json::to_text(value));
        }
    }

    [[nodiscard]] std::string id_of(std::string_view type, std::string_view id) const {
        if (type == "Patient" && id == names_.case_patient) return names_.patient;
        return names_.patient + "-" + std::string(id);
    }

    // "Type/id", alone or at the end of an absolute one. What names no id ("#contained") stays.
    [[nodiscard]] std::string reference(std::string_view written) const {
        const std::size_t slash = written.rfind('/');
        if (slash == std::string_view::npos || slash == 0 || slash + 1 == written.size())
            return std::string(written);
        const std::size_t before = written.rfind('/', slash - 1);
        const std::size_t begin = before == std::string_view::npos ? 0 : before + 1;
        return std::string(written.substr(0, slash + 1)) +
               id_of(written.substr(begin, slash - begin), written.substr(slash + 1));
    }

    const RecordNames &names_;
    json::Writer out_;
};

} // namespace

std::string renamed_record(json::Value bundle, const RecordNames &names) {
    return Renaming(names).bundle(bundle);
}

} // namespace trialcds::demo
