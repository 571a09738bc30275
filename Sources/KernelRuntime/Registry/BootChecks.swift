import Kernel

/// What must be true of all modules together before anything is wired (R1–R20). Pure: faults in, sentences out.
enum BootChecks {
    static let reservedIDs: Set<String> = ["kernel", "public", "api", "msps", "me", "openapi"]

    /// Every fault at once, each naming its owner.
    static func faults(_ modules: [RegisteredModule]) -> [String] {
        var faults = modules.flatMap(identity)
        faults += graph(modules)
        faults += duplicates(modules)
        faults += modules.flatMap { prefixes($0) }
        faults += modules.flatMap(publicNames)
        faults += permissions(modules)
        faults += exchange(modules)
        faults += references(modules)
        faults += publications(modules)
        faults += modules.flatMap { module in module.contributions.records.flatMap { record($0, module: module.manifest.id) } }
        return faults
    }

    private static func identity(_ module: RegisteredModule) -> [String] {
        let manifest = module.manifest
        var faults: [String] = []
        if !isLowerSnake(manifest.id) || reservedIDs.contains(manifest.id) {
            faults.append("\(manifest.id): a module id is lower_snake and none of \(reservedIDs.sorted().joined(separator: ", ")).")
        }
        if !manifest.kernel.contains(kernelContractVersion) {
            faults.append("\(manifest.id): written for kernel contract \(manifest.kernel), this kernel offers \(kernelContractVersion).")
        }
        return faults
    }

    private static func graph(_ modules: [RegisteredModule]) -> [String] {
        let ids = Set(modules.map(\.manifest.id))
        var faults: [String] = []
        for module in modules {
            for missing in module.manifest.requires where !ids.contains(missing) {
                faults.append("\(module.manifest.id): requires the module \(missing), which is not built in.")
            }
        }
        let requires = Dictionary(modules.map { ($0.manifest.id, $0.manifest.requires) }, uniquingKeysWith: { first, _ in first })
        for id in ids.sorted() where reaches(id, from: id, in: requires, seen: []) {
            faults.append("\(id): requires itself through other modules.")
        }
        return faults
    }

    private static func reaches(_ goal: String, from id: String, in requires: [String: [String]], seen: Set<String>) -> Bool {
        (requires[id] ?? []).contains { next in
            next == goal || (!seen.contains(next) && reaches(goal, from: next, in: requires, seen: seen.union([next])))
        }
    }

    private static func duplicates(_ modules: [RegisteredModule]) -> [String] {
        var owners: [String: [String]] = [:]
        func claim(_ what: String, _ owner: String) { owners[what, default: []].append(owner) }
        for module in modules {
            let id = module.manifest.id
            let given = module.contributions
            claim("module id \(id)", id)
            claim("module path \(module.manifest.path)", id)
            for permission in given.permissions { claim("permission \(permission.id)", id) }
            for record in given.records {
                claim("record \(record.id)", id)
                for table in [record.table] + record.lines.map(\.table) { claim("table \(table)", id) }
            }
            for event in given.events { claim("event \(event.id)", id) }
            for handler in given.handlers { claim("handler \(handler.name)", id) }
            for kind in given.evidenceKinds { claim("evidence kind \(kind.id)", id) }
            for code in given.indicators.map(\.code) + given.records.flatMap({ $0.counts.map(\.code) }) { claim("indicator \(code)", id) }
            for job in given.jobs { claim("job \(job.id)", id) }
            for migration in given.migrations { claim("migration \(id)/\(migration.name)", id) }
            for command in given.commands { claim("command \(command.words.joined(separator: " "))", id) }
            for word in Set(given.commands.compactMap(\.words.first)) { claim("first word \(word) of commands", id) }
            for segment in Set(given.openEndpoints.map(\.firstSegment)) { claim("address /api/v1/\(segment)", id) }
            for route in given.linkPages { claim("link page \(route.method.rawValue) \(route.purpose)/\(route.path)", id) }
            for route in RouteTable.moduleRoutes(module, catalog: RecordCatalog(records: [], slots: [])) {
                claim("route \(route.method.rawValue) \(route.path)", id)
            }
        }
        return owners.filter { $0.value.count > 1 }.sorted { $0.key < $1.key }
            .map { "\($0.key) is claimed \($0.value.count) times, by \(Set($0.value).sorted().joined(separator: " and "))." }
    }

    private static func prefixes(_ module: RegisteredModule) -> [String] {
        let id = module.manifest.id
        let given = module.contributions
        let named =
            given.permissions.map(\.id) + given.records.map(\.id) + given.events.map(\.id) + given.handlers.map(\.name)
            + given.evidenceKinds.map(\.id) + given.jobs.map(\.id)
        var faults = named.filter { !$0.hasPrefix("\(id).") }.map { "\(id): \($0) must start with \(id)." }
        for record in given.records {
            for table in [record.table] + record.lines.map(\.table) where !table.hasPrefix("\(id == "core" ? "kernel" : id).") {
                faults.append("\(id): the table \(table) of \(record.id) lies outside the module's schema.")
            }
        }
        for migration in given.migrations where !isTimestamped(migration.name) {
            faults.append("\(id): the migration \(migration.name) must be named YYYYMMDDHHMMSS_slug.")
        }
        for route in given.linkPages where !isPurpose(route.purpose) {
            faults.append("\(id): the link purpose « \(route.purpose) » must be 2 to 60 of a–z, 0–9, _ . - and begin with a letter.")
        }
        return faults
    }

    /// A route without a declared permission does not start (API-03); a permission nobody needs is a mistake.
    private static func permissions(_ modules: [RegisteredModule]) -> [String] {
        let declared = Set(modules.flatMap(\.contributions.permissions).map(\.id))
        var used: Set<String> = []
        var faults: [String] = []
        for module in modules {
            for (what, permission) in needs(module) {
                used.insert(permission)
                if !declared.contains(permission) {
                    faults.append("\(module.manifest.id): \(what) needs \(permission), which no module declares.")
                }
            }
        }
        faults += declared.subtracting(used).sorted().map { "The permission \($0) is declared and nothing needs it." }
        return faults
    }

    private static func needs(_ module: RegisteredModule) -> [(String, String)] {
        let given = module.contributions
        var needs: [(String, String)] = []
        needs += given.pages.map { ("page \($0.path)", $0.permission) }
        needs += given.endpoints.map { ("endpoint \($0.path)", $0.permission) }
        needs += given.navigation.map { ("entry \($0.label)", $0.permission) }
        needs += given.indicators.map { ("indicator \($0.code)", $0.permission) }
        needs += given.today.flatMap { source in
            [source.permission, source.also, source.except].compactMap { $0 }.map { ("source \(source.id)", $0) }
        }
        needs += given.searches.map { ("search \($0.label)", $0.permission) }
        needs += given.slots.map { ("slot \($0.slot)", $0.permission) }
        for record in given.records {
            needs += [record.permissions.read, record.permissions.create, record.permissions.update, record.permissions.archive].compactMap
            { $0 }
            .map { ("record \(record.id)", $0) }
            needs += record.deadlines.compactMap { deadline in deadline.tells.map { ("deadline \(record.id).\(deadline.name)", $0) } }
            needs += record.files.flatMap { slot in
                [slot.reading, slot.writing].compactMap { $0 }.map { ("files \(record.id).\(slot.name)", $0) }
            }
            needs += record.papers.compactMap { paper in paper.permission.map { ("paper \(record.id).\(paper.name)", $0) } }
            needs += record.actions.map { ("action \(record.id).\($0.id)", $0.permission) }
            needs += Set([record.reading?.unless, record.reading?.giving].compactMap { $0 }).sorted().map { ("rows of \(record.id)", $0) }
            needs += record.lines.compactMap { lines in lines.write.map { ("lines \(record.id).\(lines.name)", $0) } }
        }
        return needs
    }

    /// An act publishes what its module declares.
    private static func publications(_ modules: [RegisteredModule]) -> [String] {
        modules.flatMap { module in
            let events = Set(module.contributions.events.map(\.id))
            return module.contributions.records.flatMap(\.actions).compactMap(\.publishes?.type.id).filter { !events.contains($0) }
                .map { "\(module.manifest.id): an act publishes \($0), which the module does not declare." }
        }
    }

    private static func exchange(_ modules: [RegisteredModule]) -> [String] {
        let published = Dictionary(
            modules.flatMap { module in module.contributions.events.map { ($0.id, module.manifest.id) } },
            uniquingKeysWith: { first, _ in first })
        var faults: [String] = []
        for module in modules {
            let known = Set(module.manifest.requires + module.manifest.enhances + [module.manifest.id, "core"])
            for handler in module.contributions.handlers {
                if let owner = published[handler.event] {
                    if !known.contains(owner) {
                        faults.append(
                            "\(module.manifest.id): handles \(handler.event) but names \(owner) neither as required nor as optional.")
                    }
                } else if !known.contains(String(handler.event.prefix { $0 != "." })) {
                    faults.append("\(module.manifest.id): handles \(handler.event), which no module publishes.")
                }
            }
        }
        return faults
    }

    private static func record(_ record: RecordType, module: String) -> [String] {
        var faults: [String] = []
        func check(_ holds: Bool, _ sentence: String) { if !holds { faults.append("\(module): record \(record.id): \(sentence)") } }
        let names = record.fields.map(\.name)
        check(Set(names).count == names.count, "two fields share a name.")
        check(names.contains(record.titleField), "its title field \(record.titleField) is not declared.")
        check(names.contains(record.order.field), "its order field \(record.order.field) is not declared.")
        for column in record.columns { check(names.contains(column), "its column \(column) is not declared.") }
        for field in record.search { check(names.contains(field), "its search field \(field) is not declared.") }
        for field in record.fields {
            guard let person = field.agreesWith else { continue }
            check(names.contains(person), "its field \(field.name) agrees with \(person), which is not declared.")
        }
        check(record.columns.first == record.titleField, "its first column is not its title.")
        if let workflow = record.workflow {
            check(record.field(workflow.field)?.isReadOnly == true, "its state field must be declared read-only.")
            let states = Set(workflow.states.map(\.code))
            for action in record.actions {
                for state in action.from ?? [] {
                    check(states.contains(state), "the action \(action.id) starts from the unknown state \(state).")
                }
            }
        }
        let reached = Set(record.workflow?.states.map(\.code) ?? [])
        for action in record.actions {
            if let state = action.to {
                check(reached.contains(state), "the action \(action.id) leads to the unknown state \(state).")
            }
        }
        faults += acts(record).map { "\(module): record \(record.id): \($0)" }
        let actionPaths = record.actions.map(\.path) + ["nouveau", "modifier", "archiver", "retablir"]
        check(Set(actionPaths).count == actionPaths.count, "two actions share a path, or one uses a reserved path.")
        faults += lines(record).map { "\(module): record \(record.id): \($0)" }
        return faults + RecordFaces.faults(record).map { "\(module): record \(record.id): \($0)" }
    }

    private static func isLowerSnake(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { ($0 >= 0x61 && $0 <= 0x7A) || $0 == 0x5F || ($0 >= 0x30 && $0 <= 0x39) }
    }

    /// What the table of links accepts; a wrong one would show only when the first link is made.
    private static func isPurpose(_ text: String) -> Bool {
        let scalars = text.unicodeScalars
        guard let first = scalars.first, 2...60 ~= scalars.count, "a"..."z" ~= first else { return false }
        return scalars.allSatisfy { "a"..."z" ~= $0 || "0"..."9" ~= $0 || $0 == "_" || $0 == "." || $0 == "-" }
    }

    private static func isTimestamped(_ name: String) -> Bool {
        let head = name.prefix(15)
        return head.count == 15 && head.last == "_" && head.dropLast().allSatisfy { $0.isASCII && $0.isNumber } && name.count > 15
    }
}
