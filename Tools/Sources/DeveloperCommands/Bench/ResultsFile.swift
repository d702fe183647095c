// SPDX-License-Identifier: Apache-2.0

// Benchmarks/results.json: the committed baseline. A figure that is more than 2 % worse fails; a new baseline is a commit of
// its own with the reason.

internal import HostSystem

/// Figures by name, as they are committed.
struct ResultsFile: Equatable {
    var figures: [String: Int]

    init(figures: [String: Int]) { self.figures = figures }

    /// Reads a file; nil if there is none.
    init?(_ path: FilePath) throws {
        guard HostFile.exists(path) else { return nil }
        guard let json = JSON(try HostFile.contents(path)), json["version"]?.integer == 1, let figures = json["figures"]
        else {
            throw ToolError(
                .badData, "cannot read \(path)", why: "it is no file of figures, version 1",
                remedy: "make a new one: Tools/.build/release/dev bench --record")
        }
        self.figures = [:]
        for (name, value) in figures.members { self.figures[name] = value.integer }
    }

    /// The file's text.
    var text: String {
        let lines = figures.sorted { $0.key < $1.key }.map { "    \(JSON.quoted($0.key)): \($0.value)" }
        return "{\n  \"version\": 1,\n  \"figures\": {\n" + lines.joined(separator: ",\n") + "\n  }\n}\n"
    }

    /// What is worse than in a baseline by more than 2 %, or gone.
    func regressions(from baseline: ResultsFile) -> [(key: String, was: Int, is: Int?)] {
        baseline.figures.sorted { $0.key < $1.key }.compactMap { key, was in
            guard let now = figures[key] else { return (key, was, nil) }
            return now * 100 > was * 102 ? (key, was, now) : nil
        }
    }
}
