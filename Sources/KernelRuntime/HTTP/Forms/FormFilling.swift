import HTML
import Kernel
import KernelUI

/// Puts what somebody typed back into a page that holds the form, with what is to be said about it.
///
/// Works on any form of the house, from its markup: a page written by hand needs no code of its own to be drawn again filled in.
struct FormFilling {
    /// Why the form comes back.
    enum Reason {
        case refused(Refusal)
        /// Somebody else changed what it shows: both versions are shown.
        case outdated
        /// It was kept while nobody was signed in, since this moment.
        case found(String, clear: String)
    }

    /// Path to which the form was sent.
    let action: String
    let typed: FormValues
    let reason: Reason
    /// Address of the page with the form, which the answer cannot be reached at.
    let page: String

    static let outdatedSentence =
        "Cette page a été modifiée pendant que vous écriviez. Rien n’a été enregistré\u{A0}: complétez votre saisie à l’aide de la version actuelle, montrée à côté, puis enregistrez."

    /// The form of the page that was sent; nil when the page no longer holds it.
    static func form(in page: [UInt8], action: String, typed: FormValues) -> MarkupForm? {
        let forms = page.withUnsafeBufferPointer { Markup.forms($0) }
        let names = typed.names
        return forms.first { form in
            let leads =
                path(form.tag["action"] ?? "") == action
                || form.controls.contains { $0.tag["formaction"].map(path) == action }
            let filledIn = Set(form.controls.filter(\.isFilledIn).map(\.name))
            // Forms of one page may share their address: the values that travel unseen tell them apart.
            return leads
                && form.controls.allSatisfy { control in
                    guard control.kind == "hidden", !control.name.hasPrefix("_"), !filledIn.contains(control.name),
                        control.name != "revision", names.contains(control.name)
                    else { return true }
                    return typed.all(control.name).contains(control.values[0])
                }
        }
    }

    private static func path(_ address: String) -> String { String(address.prefix { $0 != "?" && $0 != "#" }) }

    /// The page with its form filled in; nil when it no longer holds it.
    func filled(_ page: [UInt8]) -> [UInt8]? {
        guard let form = Self.form(in: page, action: action, typed: typed) else { return nil }
        let tags = page.withUnsafeBufferPointer { Markup.tags($0) }
        var edits = FormEdits(page)
        let hasInputs = form.controls.contains(where: \.isFilledIn)
        var ids: [String: String] = [:]
        var last: [String: MarkupControl] = [:]
        for control in form.controls where control.isFilledIn {
            if let id = control.tag["id"], ids[control.name] == nil { ids[control.name] = id }
            last[control.name] = control
        }
        if hasInputs {
            edits.insert(at: form.tag.range.upperBound) { h in
                say(h, ids: ids)
                h.hiddenInput(FormMark.page, self.page)
            }
        } else if let main = tags.first(where: { $0.name == "main" }) {
            edits.insert(at: main.range.upperBound) { say($0, ids: [:]) }
        }
        if case .found = reason {
        } else if let body = tags.first(where: { $0.name == "body" }) {
            // What was typed is here: the script has nothing to find again.
            edits.rewrite(body, set: [("data-refused", "")])
        }
        for control in form.controls {
            fill(control, isLast: last[control.name]?.tag.range == control.tag.range, form, &edits)
        }
        return edits.result
    }

    private var faults: [FieldFault] { if case .refused(let refusal) = reason { refusal.faults } else { [] } }

    private func say(_ h: HTMLWriter, ids: [String: String]) {
        switch reason {
        case .refused(let refusal):
            let known = refusal.faults.map { ids[$0.field] == nil ? FieldFault("", $0.message) : $0 }
            if known.isEmpty { h.message(refusal.message, tone: .warn) } else { h.errorSummary(known, ids: ids) }
        case .outdated: h.message(Self.outdatedSentence, tone: .warn)
        case .found(let since, let clear):
            h.p(.class("form__found"), .role("status"), .data("draft-found")) {
                h.text("Texte retrouvé \(since) · ")
                h.a(.href(clear), .data("draft-clear"), text: "Effacer")
            }
        }
    }

    private func fill(_ control: MarkupControl, isLast: Bool, _ form: MarkupForm, _ edits: inout FormEdits) {
        guard control.isFilledIn else {
            // A refused form keeps the revision that it was filled in from.
            if case .outdated = reason { return }
            if control.kind == "hidden", control.name == "revision" || control.name == FormMark.seen, let kept = typed[control.name] {
                edits.rewrite(control.tag, set: [("value", kept)])
            }
            return
        }
        guard !control.isSecret else { return }
        let given = typed.all(control.name)
        let fault = faults.first { $0.field == control.name }?.message
        let other = isLast ? otherVersion(control, given, form) : nil
        let marks: [(String, String?)] = fault == nil ? [] : [("aria-invalid", "true")]
        if other != nil, !control.isBox {
            edits.insert(at: control.tag.range.lowerBound) { h in
                h.trusted("<div class=\"versions\"><div class=\"versions__mine\">")
                h.p(.class("versions__head"), text: "Votre saisie")
            }
        }
        switch control.kind {
        case "textarea":
            edits.rewrite(control.tag, set: marks)
            if let text = given.last { edits.setText(of: control, text) }
        case "select":
            edits.rewrite(control.tag, set: marks)
            for option in control.options {
                let value = option.tag["value"] ?? option.label
                edits.rewrite(option.tag, set: [("selected", given.contains(value) ? "" : nil)])
            }
        case "checkbox", "radio":
            let isOn = given.contains(control.tag["value"] ?? "on")
            edits.rewrite(control.tag, set: marks + [("checked", isOn ? "" : nil)])
        default:
            if let text = given.last { edits.rewrite(control.tag, set: marks + [("value", text)]) }
        }
        if let other {
            edits.insert(at: control.end) { h in
                if !control.isBox { h.trusted("</div>") }
                h.div(.class("versions__theirs")) {
                    h.p(.class("versions__head"), text: "Version actuelle")
                    h.div(.class("versions__text"), text: other.isEmpty ? "(vide)" : other)
                }
                if !control.isBox { h.trusted("</div>") }
            }
        }
        if let fault, isLast {
            edits.insert(at: control.end) { h in
                h.p(.class("field__error")) {
                    h.icon(.warning)
                    h.span(.class("vh"), text: "Erreur\u{A0}: ")
                    h.text(fault)
                }
            }
        }
    }

    /// What the page shows now, in words, when it is not what was typed.
    private func otherVersion(_ control: MarkupControl, _ given: [String], _ form: MarkupForm) -> String? {
        guard case .outdated = reason, !given.isEmpty || control.isBox else { return nil }
        if control.isBox {
            let boxes = form.controls.filter { $0.isBox && $0.name == control.name }
            let shown = boxes.filter(\.isOn).flatMap(\.values)
            let typed = boxes.flatMap(\.values).filter(given.contains)
            return shown == typed ? nil : boxes.count == 1 ? (shown.isEmpty ? "Non" : "Oui") : shown.joined(separator: ", ")
        }
        let shown = control.values.joined(separator: ", ")
        let typed = TextRules.normalised(given.last ?? "", lines: true)
        guard TextRules.normalised(shown, lines: true).trimmed != typed.trimmed else { return nil }
        guard control.kind == "select" else { return shown }
        return control.options.first { ($0.tag["value"] ?? $0.label) == shown }?.label ?? shown
    }
}

/// Changes of a page, each at its place.
struct FormEdits {
    private let page: [UInt8]
    private var edits: [(range: Range<Int>, order: Int, bytes: [UInt8])] = []

    init(_ page: [UInt8]) { self.page = page }

    mutating func insert(at place: Int, _ draw: (HTMLWriter) -> Void) {
        let writer = HTMLWriter(capacity: 1_024)
        draw(writer)
        add(place..<place, writer.bytes)
    }

    /// Writes a tag again with other attributes; a nil value takes an attribute away, an empty one of a mark is written bare.
    mutating func rewrite(_ tag: MarkupTag, set: [(String, String?)]) {
        guard !set.isEmpty else { return }
        let names = Set(set.map(\.0))
        let writer = HTMLWriter(capacity: 256)
        var out = Array("<\(tag.name)".utf8)
        for (name, value) in tag.attributes.filter({ !names.contains($0.name) }) + set.compactMap({ pair in pair.1.map { (pair.0, $0) } }) {
            out += Array(" \(name)".utf8)
            guard !value.isEmpty || name == "value" else { continue }
            writer.reset()
            writer.text(value)
            out += Array("=\"".utf8) + writer.bytes + [UInt8(ascii: "\"")]
        }
        add(tag.range, out + [UInt8(ascii: ">")])
    }

    /// Writes the text of a `textarea`.
    mutating func setText(of control: MarkupControl, _ text: String) {
        let writer = HTMLWriter(capacity: text.utf8.count + 64)
        writer.text(text)
        // A browser drops the first line end: one is given to it.
        let first: [UInt8] = text.utf8.first == 0x0A || text.utf8.first == 0x0D ? [0x0A] : []
        add(control.tag.range.upperBound..<(control.end - "</textarea>".utf8.count), first + writer.bytes)
    }

    private mutating func add(_ range: Range<Int>, _ bytes: [UInt8]) { edits.append((range, edits.count, bytes)) }

    var result: [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(page.count + edits.reduce(0) { $0 + $1.bytes.count })
        var place = 0
        for edit in edits.sorted(by: { ($0.range.lowerBound, $0.order) < ($1.range.lowerBound, $1.order) }) {
            out += page[place..<max(place, edit.range.lowerBound)]
            out += edit.bytes
            place = max(place, edit.range.upperBound)
        }
        return out + page[place...]
    }
}
