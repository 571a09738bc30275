import HTML
import Kernel
import KernelUI

/// What the parts of an object's page are drawn from.
struct ObjectContext {
    let plan: RecordPlan
    let view: RecordView
    let row: RecordRow
    /// Rows of each list of lines.
    let lines: [String: [RecordRow]]
    /// Its files and sealed papers, former ones too.
    let files: [RecordFile]

    var isArchived: Bool { row.archivedAt != nil }
    var drawing: FieldDrawing { FieldDrawing(plan: plan, access: view.access, values: row.values, titles: row.titles) }
}

/// One part of an object's page: what it reads, then how it is drawn. Nothing throws once the answer has begun; nil leaves no trace.
typealias ObjectPart = Read<@Sendable (ObjectContext) throws -> Fragment?>

/// The parts of the page of one object, those that its record declares and those that follow by themselves.
struct ObjectParts {
    let plan: RecordPlan
    let msp: Identifier
    let id: Identifier
    let now: Instant
    private var record: RecordType { plan.record }

    /// In the order of the declaration; then fields, lines and files that no declared part shows.
    func body() throws -> [ObjectPart] {
        var fields = record.fields.map(\.name).filter { record.isSheet || $0 != record.titleField }
        var lines = plan.shownLines
        var hasFiles = !record.files.isEmpty
        var parts: [ObjectPart] = []
        for panel in record.panels {
            switch panel {
            case .facts(let title, let names):
                fields.removeAll(where: names.contains)
                parts.append(facts(title, names))
            case .lines(let name):
                guard let place = lines.firstIndex(where: { $0.lines.name == name }) else { continue }
                parts.append(self.lines(lines.remove(at: place)))
            case .related(let panel):
                if let part = try RelatedSection(panel, plan.catalog)?.part(msp: msp, of: id, now: now) { parts.append(part) }
            case .files: if hasFiles { parts.append(files) }; hasFiles = false
            case .custom(let detail):
                fields.removeAll(where: detail.shows.contains)
                parts.append(custom(detail))
            }
        }
        // What the object is comes first, unless its record says where.
        let isSaid = record.panels.contains { if case .facts = $0 { true } else { false } }
        if !fields.isEmpty { parts.insert(facts(isSaid ? "Autres informations" : nil, fields), at: isSaid ? parts.count : 0) }
        parts += lines.map(self.lines)
        if hasFiles { parts.append(files) }
        if !record.papers.isEmpty { parts.append(papers) }
        return parts
    }

    /// What other modules add beside it; one that fails or that the reader may not see leaves no trace.
    func side() -> [ObjectPart] {
        let own = "\(record.id).side"
        let named = record.panels.compactMap { if case .custom(let detail) = $0 { detail.slot } else { nil } }
        return (named + (named.contains(own) ? [] : [own])).flatMap(plan.catalog.contributions).map { slot in
            slot.read(msp, id).attempted.map { draw in
                { context in
                    guard context.view.access.can(slot.permission), let draw else { return nil }
                    let trial = HTMLWriter()
                    guard (try? draw(context.view.access, trial)) != nil, trial.count > 0 else { return nil }
                    return { h in try? draw(context.view.access, h) }
                }
            }
        }
    }

    /// Values with their labels; nothing is shown as null.
    private func facts(_ title: String?, _ names: [String]) -> ObjectPart {
        let fields = names.compactMap(record.field)
        return .still { context in
            let drawing = context.drawing
            return { h in
                func list() {
                    h.dl(.class("dl")) {
                        for field in fields {
                            h.dt(text: drawing.label(field))
                            h.dd { drawing.value(field, h) }
                        }
                    }
                }
                if let title { h.card(title) { list() } } else { list() }
            }
        }
    }

    private func lines(_ lines: LinesPlan) -> ObjectPart {
        .still { context in
            LinesSection(
                plan: context.plan, lines: lines, view: context.view, isArchived: context.isArchived,
                rows: context.lines[lines.lines.name] ?? []
            ).draw
        }
    }

    private var files: ObjectPart {
        .still { context in
            RecordFilePanel(
                plan: context.plan, access: context.view.access, values: context.row.values, files: context.files,
                isArchived: context.isArchived, href: context.view.href
            ).draw
        }
    }

    private var papers: ObjectPart {
        .still { context in
            guard !context.isArchived else { return nil }
            return PaperPanel(
                plan: context.plan, access: context.view.access, values: context.row.values, lines: context.lines.mapValues(\.count),
                files: context.files, href: context.view.href
            ).draw
        }
    }

    /// Drawn once for nothing: an error must come before the answer has begun.
    private func custom(_ detail: RecordDetail) -> ObjectPart {
        detail.read(msp, id).map { draw in
            { context in
                try draw(context.view, HTMLWriter())
                return { h in try? draw(context.view, h) }
            }
        }
    }
}

extension Read where Value == @Sendable (ObjectContext) throws -> Fragment? {
    /// A part that reads nothing of its own.
    static func still(_ draw: @escaping @Sendable (ObjectContext) throws -> Fragment?) -> Self { Read(all: []) { _ in draw } }
}
