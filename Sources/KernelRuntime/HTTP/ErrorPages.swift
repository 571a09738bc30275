import HTML
import Kernel
import KernelUI

/// What a refused request shows: a page for people, a problem document for programs (RFC 9457).
struct ErrorPages: Sendable {
    let frames: FrameBuilder

    /// The same words whoever asks: nothing tells a missing object from a foreign one.
    /// - Parameter back: the page that was asked wrongly; nil leads home.
    func page(_ refusal: Refusal, reference: String, showsReference: Bool, back: String? = nil) -> [UInt8] {
        frames.bytes(
            BarePage(title: Self.title(refusal.status), status: refusal.status) { h in
                h.h1(text: Self.title(refusal.status))
                h.p(text: French.typeset(refusal.message))
                if !refusal.faults.isEmpty, refusal.faults.count > 1 {
                    h.ul { for fault in refusal.faults { h.li(text: French.typeset(fault.message)) } }
                }
                if showsReference { h.p(text: "Référence à citer : \(reference)") }
                h.p {
                    if let back {
                        h.linkButton("Revenir à la page, sans filtre", href: back)
                    } else {
                        h.linkButton("Revenir à l’accueil", href: "/aujourdhui")
                    }
                }
            }, message: nil)
    }

    /// The same with the texts that were sent, where their form is no longer there.
    func page(_ refusal: Refusal, texts: [String], back: String?) -> [UInt8] {
        frames.bytes(
            BarePage(title: Self.title(refusal.status), status: refusal.status) { h in
                h.h1(text: Self.title(refusal.status))
                h.p(text: French.typeset(refusal.message))
                if refusal.faults.count > 1 { h.ul { for fault in refusal.faults { h.li(text: French.typeset(fault.message)) } } }
                h.givenBack(texts)
                h.p { h.linkButton(back == nil ? "Revenir à l’accueil" : "Revenir à la page", href: back ?? "/aujourdhui") }
            }, message: nil)
    }

    /// A page with texts that no longer have a form in it.
    func withTexts(_ page: [UInt8], _ texts: [String]) -> [UInt8] {
        guard !texts.isEmpty, let main = page.withUnsafeBufferPointer({ Markup.tags($0) }).first(where: { $0.name == "main" }) else {
            return page
        }
        var edits = FormEdits(page)
        edits.insert(at: main.range.upperBound) { $0.givenBack(texts) }
        return edits.result
    }

    func problem(_ refusal: Refusal, reference: String, path: String) -> [UInt8] {
        let writer = JSONWriter(capacity: 512)
        writer.object {
            writer.member("type", "urn:collectif:problem:\(refusal.code)")
            writer.member("title", Self.title(refusal.status))
            writer.member("status", refusal.status)
            writer.member("detail", refusal.message)
            writer.member("instance", path)
            writer.member("code", refusal.code)
            writer.member("request_id", reference)
            if !refusal.faults.isEmpty {
                writer.key("errors")
                writer.array {
                    for fault in refusal.faults {
                        writer.object {
                            writer.member("pointer", fault.field.isEmpty ? "" : "/\(fault.field)")
                            writer.member("message", fault.message)
                        }
                    }
                }
            }
        }
        return writer.bytes
    }

    static func title(_ status: Int) -> String {
        switch status {
        case 400: "Demande incompréhensible"
        case 401: "Connexion nécessaire"
        case 403: "Action non permise"
        case 404: "Page introuvable"
        case 405: "Méthode non permise"
        case 409: "Action impossible en l’état"
        case 412: "Fiche modifiée entre-temps"
        case 413: "Envoi trop volumineux"
        case 415: "Format non accepté"
        case 422: "Saisie à corriger"
        case 428: "Version à préciser"
        case 429: "Trop de demandes"
        case 503: "Service momentanément indisponible"
        default: "Une erreur est survenue"
        }
    }
}

extension HTMLWriter {
    /// Texts to copy.
    func givenBack(_ texts: [String]) {
        for (index, text) in texts.enumerated() {
            textareaField(
                Field(
                    "Votre texte", name: "", help: "Rien n’en est perdu\u{A0}: copiez-le avant de quitter cette page.", id: "texte-\(index)"
                ),
                value: text, rows: 8, .readonly())
        }
    }
}
