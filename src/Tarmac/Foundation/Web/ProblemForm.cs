using System.Text.Json.Nodes;

namespace Tarmac.Foundation.Web;

/// <summary>How problems are told below one path, for clients that look for members of their own beside those of problem details.</summary>
/// <param name="Path">For example <c>/api/catalog</c>.</param>
/// <param name="ContentType">What those clients take for an explained error.</param>
/// <param name="Complete">Adds their members.</param>
public sealed record ProblemForm(string Path, string ContentType, Action<JsonObject, Problem, HttpRequest> Complete);
