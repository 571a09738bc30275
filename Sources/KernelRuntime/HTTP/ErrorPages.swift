import HTML
import Kernel
import KernelUI

/// What a refused request shows: a page for people, a problem document for programs (RFC 9457).
struct ErrorPages: Sendable {
    let frames: FrameBuilder

    /// The same words whoever asks: nothing tells a missing object from a foreign one.
    func page(_ refusal: Refusal, reference: String, showsReference: Bool) -> [UInt8] {
        frames.bytes(
            BarePage(title: Self.title(refusal.status), status: refusal.status) { h in
                h.h1(text: Self.title(refusal.status))
                h.p(text: refusal.message)
                if !refusal.faults.isEmpty, refusal.faults.count > 1 {
                    h.ul { for fault in refusal.faults { h.li(text: fault.message) } }
                }
                if showsReference { h.p(text: "Référence à citer : \(reference)") }
                h.p { h.a(.class("button", "button--plain"), .href("/aujourdhui")) { h.text("Revenir à l’accueil") } }
            }, message: nil)
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
