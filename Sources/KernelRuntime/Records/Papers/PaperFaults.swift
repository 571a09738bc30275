@_spi(Runtime) import Kernel

/// What is wrong with the papers of a declaration, one English sentence each, for the boot checks.
enum PaperFaults {
    static func of(_ record: RecordType) -> [String] {
        var faults: [String] = []
        let names = record.papers.map(\.name)
        if Set(names).count != names.count { faults.append("two papers share a name.") }
        let paths = record.papers.map(\.path)
        if Set(paths).count != paths.count { faults.append("two papers share a path.") }
        if !names.isEmpty, record.lines.contains(where: { $0.name == "papers" }) {
            faults.append("its lines papers stand where programs look for its documents.")
        }
        for paper in record.papers { faults += of(paper, record) }
        return faults
    }

    private static func of(_ paper: Paper, _ record: RecordType) -> [String] {
        var faults: [String] = []
        func check(_ holds: Bool, _ sentence: String) { if !holds { faults.append("its paper \(paper.name) \(sentence)") } }
        let isName = (try? SQL.identifier(paper.name)) != nil && !paper.name.contains(".") && paper.name.count <= 40
        check(isName, "has no lower_snake name.")
        check(!record.files.contains { $0.name == paper.name }, "and files of the record share a name.")
        for need in paper.needs {
            switch need {
            case .field(let name, _): check(record.field(name) != nil, "needs \(name), which is no field.")
            case .lines(let name, _, _): check(shows(name, record), "needs \(name), which are no lines that pages show.")
            }
        }
        for section in paper.sections {
            switch section {
            case .facts(_, let fields): for name in fields { check(record.field(name) != nil, "shows \(name), which is no field.") }
            case .text(let name): check(record.field(name) != nil, "shows \(name), which is no field.")
            case .lines(let name, let columns):
                check(shows(name, record), "shows \(name), which are no lines that pages show.")
                let lines = record.lines.first { $0.name == name }
                for column in columns ?? [] { check(lines?.field(column) != nil, "shows \(column), which is no field of \(name).") }
            case .signaturesOf(let name): check(shows(name, record), "is signed by \(name), which are no lines that pages show.")
            case .signatures, .custom: break
            }
        }
        if let seal = paper.seal {
            if let act = seal.act { check(record.actions.contains { $0.id == act }, "is sealed by the unknown action \(act).") }
            if let column = seal.column { check((try? SQL.identifier(column)) != nil, "keeps its file in \(column), which is no name.") }
        }
        return faults
    }

    private static func shows(_ name: String, _ record: RecordType) -> Bool { record.lines.contains { $0.name == name && $0.isShown } }
}
