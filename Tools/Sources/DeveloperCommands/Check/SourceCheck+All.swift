// SPDX-License-Identifier: Apache-2.0

// The table of source checks. A new one is a file with its row, a line here, and a planted violation in its test.

extension SourceCheck {
    static let all: [SourceCheck] = [
        imports, layers, conditions, fence, safetyFacts, readmes, links, headers, sizes, compatibility,
        guestCalls, formatting,
    ]
}
