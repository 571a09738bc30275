import HTML
import Kernel
import KernelUI

/// Files of an object on screen: opened, joined, taken away.
struct RecordFileScreens: Sendable {
    let plan: RecordPlan
    let slot: RecordFiles
    private var record: RecordType { plan.record }
    private var store: RecordFileStore { RecordFileStore(plan: plan) }

    /// Input of the file, and of its title.
    static let file = "fichier"
    static let title = "intitule"

    static func pages(_ plan: RecordPlan) -> [PageRoute] {
        plan.record.files.flatMap { slot -> [PageRoute] in
            let screens = RecordFileScreens(plan: plan, slot: slot)
            let place = "\(plan.onePath)/fichiers/\(slot.segment)"
            let reading = PageRoute(
                .get, "\(place)/:fichier", permission: slot.reading ?? plan.record.permissions.read, handle: screens.open)
            guard let permission = slot.writing ?? plan.record.permissions.update else { return [reading] }
            return [
                reading, PageRoute(.post, place, permission: permission, upload: slot.rule.upload, handle: screens.join),
                PageRoute(.post, "\(place)/:fichier/retirer", permission: permission, handle: screens.remove),
            ]
        }
    }

    private func open(_ request: MspRequest) async throws -> PageResponse {
        .download(Download(try await file(request, "fichier"), isInline: true))
    }

    /// The file that an address names, where it belongs to the object and to the slot.
    func file(_ request: MspRequest, _ parameter: String) async throws -> KeptFile {
        let (id, file) = (try plan.subject(request), try request.web.id(parameter))
        let reading = try await request.read(plan, and: [RecordFile.query(msp: request.msp.id, record, of: id)]) { bound in
            [try plan.one(msp: request.msp.id, id, bound: bound)]
        }
        guard !reading.results[0].isEmpty, reading.access.can(record.permissions.read),
            try reading.results[1].contains(where: {
                try $0.decode(0, as: Identifier.self) == file && $0.decode(1, as: String.self) == slot.name
            })
        else { throw Refusal.notFound }
        return try await request.file(file)
    }

    private func join(_ request: MspRequest) async throws -> PageResponse {
        let id = try plan.subject(request)
        let back = plan.href(id, request.msp)
        // A refusal goes back with what was typed, as from every form.
        guard let sent = request.web.files.first(where: { $0.field == Self.file }) else {
            throw Refusal(status: 422, code: "no_file", message: "Choisissez un fichier.")
        }
        let known = try await request.read(plan) { bound in [try plan.one(msp: request.msp.id, id, bound: bound)] }
        guard !known.results[0].isEmpty else { throw Refusal.notFound }
        let title = try Self.title(request.web.form[Self.title])
        let checked = try await CheckedFile(sent, as: slot.rule, request)
        _ = try await request.write { unit in try await store.put(checked, in: slot, of: id, title: title, unit) }
        return .redirect(back, Message(.done, "«\u{A0}\(slot.label)\u{A0}»\u{A0}: le fichier est joint."))
    }

    private func remove(_ request: MspRequest) async throws -> PageResponse {
        let (id, file) = (try plan.subject(request), try request.web.id("fichier"))
        let back = plan.href(id, request.msp)
        do {
            try await request.write { unit in try await store.remove(file, from: slot, of: id, unit) }
        } catch let refusal as Refusal where refusal.status == 409 {
            return .redirect(back, Message(.stop, refusal.message))
        }
        return .redirect(back, Message(.done, "«\u{A0}\(slot.label)\u{A0}»\u{A0}: le fichier est retiré."))
    }

    /// A title as typed; nil where none was.
    static func title(_ text: String?) throws -> String? {
        guard let text, !text.trimmed.isEmpty else { return nil }
        let field = RecordField(title, .text(max: 120), label: "Intitulé du fichier")
        switch FieldText.value(text, field.kind, zone: "UTC") {
        case .success(let value):
            if let fault = FieldRules.fault(value, field) { throw Refusal.invalid(title, fault) }
            if case .text(let clean) = value { return clean }
            return nil
        case .failure(let fault): throw Refusal.invalid(title, fault.message)
        }
    }
}

/// The files of one object on its page.
struct RecordFilePanel {
    let plan: RecordPlan
    let access: Access
    let values: RecordValues
    let files: [RecordFile]
    let isArchived: Bool
    /// Absolute path of the object.
    let href: String

    func draw(_ h: HTMLWriter) {
        for slot in plan.record.files where access.can(slot.reading ?? plan.record.permissions.read) { draw(slot, h) }
    }

    private func draw(_ slot: RecordFiles, _ h: HTMLWriter) {
        let own = files.filter { $0.slot == slot.name }
        let current = own.filter(\.isCurrent)
        let former = own.filter { !$0.isCurrent }
        let mayWrite = !isArchived && plan.slots(for: access, values).contains { $0.name == slot.name }
        let place = "\(href)/fichiers/\(slot.segment)"
        h.card(slot.label) {
            if current.isEmpty { h.p(.class("soft"), text: "Aucun fichier n’est joint.") }
            for file in current {
                h.div(.class("row")) {
                    line(file, place, h)
                    if mayWrite { h.postButton("Retirer", action: "\(place)/\(file.id)/retirer", csrf: access.csrf, size: .small) }
                }
            }
            if !former.isEmpty {
                h.details(.class("details")) {
                    h.summary(text: French.plural(former.count, "version précédente", "versions précédentes"))
                    for file in former { h.p { line(file, place, h) } }
                }
            }
            if mayWrite, slot.most == 1 || current.count < slot.most { form(slot, place, isNew: current.isEmpty || slot.most > 1, h) }
        }
    }

    private func line(_ file: RecordFile, _ place: String, _ h: HTMLWriter) {
        h.a(.href("\(place)/\(file.id)"), text: file.title ?? file.name)
        let day = French.longDateTime(access.local(file.createdAt))
        let fate = file.removedAt != nil ? ", retiré" : file.replacedAt != nil ? ", remplacé" : ""
        h.span(.class("small soft"), text: " \(French.fileSize(file.size)), joint le \(day)\(fate)")
    }

    private func form(_ slot: RecordFiles, _ place: String, isNew: Bool, _ h: HTMLWriter) {
        h.postForm(action: place, csrf: access.csrf, changes: !slot.isTitled, hasFile: true) {
            if slot.isTitled {
                h.textField(Field("Intitulé du fichier", name: RecordFileScreens.title), value: "", maxLength: 120)
            }
            h.fileField(
                Field("Fichier", name: RecordFileScreens.file, help: slot.help ?? slot.rule.help, required: true), accept: slot.rule.accept,
                rule: slot.rule.upload)
            h.formActions(submit: isNew ? "Joindre" : "Remplacer")
        }
    }
}
