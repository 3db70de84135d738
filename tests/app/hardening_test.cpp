// What the built program's own file (ELF) says of how it is hardened: cmake/Hardening.cmake. Its mark for IBT
// and shadow stacks is not looked at: the linker drops it where the C library's start files bear none, as in
// Debian 12; that the code itself is ready for it is seen by its landing pads.
#include <cstring>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <elf.h>
#include <gmock/gmock.h>

#include "program.h"

namespace trialcds {
namespace {

using testing::Contains;

class Elf {
  public:
    explicit Elf(const std::string &file) : bytes_(test::read_text(file)), header_(at<Elf64_Ehdr>(0)) {
        for (std::size_t i = 0; i < header_.e_phnum; ++i)
            segments_.push_back(at<Elf64_Phdr>(header_.e_phoff + i * sizeof(Elf64_Phdr)));
        for (std::size_t i = 0; i < header_.e_shnum; ++i)
            sections_.push_back(at<Elf64_Shdr>(header_.e_shoff + i * sizeof(Elf64_Shdr)));
    }
    [[nodiscard]] const Elf64_Ehdr &header() const { return header_; }
    [[nodiscard]] const Elf64_Phdr *segment(Elf64_Word type) const {
        for (const Elf64_Phdr &each : segments_)
            if (each.p_type == type) return &each;
        return nullptr;
    }
    // Of the dynamic section; 0 where it has no such entry.
    [[nodiscard]] Elf64_Xword dynamic(Elf64_Sxword tag) const {
        const Elf64_Phdr *table = segment(PT_DYNAMIC);
        for (std::size_t at_byte = 0; table != nullptr && at_byte < table->p_filesz;
             at_byte += sizeof(Elf64_Dyn))
            if (const auto entry = at<Elf64_Dyn>(table->p_offset + at_byte); entry.d_tag == tag)
                return entry.d_un.d_val;
        return 0;
    }
    // The names of what it takes from shared libraries.
    [[nodiscard]] std::set<std::string> imports() const {
        std::set<std::string> names;
        for (const Elf64_Shdr &section : sections_) {
            if (section.sh_type != SHT_DYNSYM) continue;
            for (std::size_t i = 0; i < section.sh_size; i += sizeof(Elf64_Sym))
                if (const auto symbol = at<Elf64_Sym>(section.sh_offset + i); symbol.st_shndx == SHN_UNDEF)
                    names.insert(bytes_.c_str() + sections_.at(section.sh_link).sh_offset + symbol.st_name);
        }
        return names;
    }
    [[nodiscard]] std::size_t count(std::string_view code) const {
        std::size_t found = 0;
        for (std::size_t from = bytes_.find(code); from != std::string::npos;
             from = bytes_.find(code, from + 1))
            ++found;
        return found;
    }

  private:
    template <typename T>
    [[nodiscard]] T at(std::size_t offset) const {
        T read{};
        if (offset + sizeof read > bytes_.size()) throw std::runtime_error("the file ends too early");
        std::memcpy(&read, bytes_.data() + offset, sizeof read);
        return read;
    }

    std::string bytes_;
    Elf64_Ehdr header_;
    std::vector<Elf64_Phdr> segments_;
    std::vector<Elf64_Shdr> sections_;
};

class Hardening : public testing::Test {
  protected:
    void SetUp() override {
#ifndef TRIALCDS_HARDENED
        GTEST_SKIP() << "skipped: a build that is not hardened";
#endif
        ASSERT_THAT(test::read_text(TRIALCDS_PROGRAM).substr(0, SELFMAG), ELFMAG);
    }
    const Elf program_{TRIALCDS_PROGRAM};
};

TEST_F(Hardening, ItLiesAtAddressesThatNobodyKnows) {
    EXPECT_EQ(program_.header().e_type, ET_DYN);
    EXPECT_NE(program_.dynamic(DT_FLAGS_1) & DF_1_PIE, 0U);
}

TEST_F(Hardening, ItsTablesOfForeignFunctionsAreFilledAndReadOnlyBeforeItBegins) {
    EXPECT_NE(program_.segment(PT_GNU_RELRO), nullptr);
    EXPECT_TRUE((program_.dynamic(DT_FLAGS) & DF_BIND_NOW) != 0 ||
                (program_.dynamic(DT_FLAGS_1) & DF_1_NOW) != 0);
}

TEST_F(Hardening, NothingOnItsStackIsExecuted) {
    const Elf64_Phdr *stack = program_.segment(PT_GNU_STACK);
    ASSERT_NE(stack, nullptr) << "without it the system's default holds";
    EXPECT_EQ(stack->p_flags & PF_X, 0U);
}

TEST_F(Hardening, AFrameThatWasOverrunIsNoticed) {
    EXPECT_THAT(program_.imports(), Contains("__stack_chk_fail"));
}

TEST_F(Hardening, CopiesOfTheCLibraryAreBoundedByWhatTheyFill) {
#ifndef TRIALCDS_FORTIFIED
    GTEST_SKIP() << "skipped: a build without an optimiser";
#endif
    EXPECT_THAT(program_.imports(), Contains(testing::EndsWith("_chk")));
}

TEST_F(Hardening, WhereAnIndirectJumpMayLandIsMarked) {
    if (program_.header().e_machine != EM_X86_64) GTEST_SKIP() << "skipped: not of this kind of processor";
    EXPECT_GT(program_.count("\xf3\x0f\x1e\xfa"), 1000U) << "endbr64";
}

} // namespace
} // namespace trialcds
