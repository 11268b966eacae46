using System.Globalization;
using System.Text;

namespace Tarmac.Tests.Expressions;

/// <summary>A message as protocol buffers write it for people (https://protobuf.dev/reference/protobuf/textformat-spec), as far as the conformance vectors go.</summary>
internal sealed class TextProto
{
    private readonly List<(string Name, object Value)> fields = [];

    /// <summary>The names of the fields, in the order of their writing.</summary>
    public IEnumerable<string> Names => fields.Select(each => each.Name);

    public static TextProto Read(string text)
    {
        var reading = new Reading(text);
        return reading.Message(end: '\0');
    }

    public bool Has(string name) => fields.Any(each => each.Name == name);

    public IEnumerable<TextProto> Messages(string name) => fields.Where(each => each.Name == name).Select(each => (TextProto)each.Value);

    public TextProto? Message(string name) => Messages(name).FirstOrDefault();

    /// <summary>A word or number as it is written; null when the field is absent.</summary>
    public string? Word(string name) => fields.FirstOrDefault(each => each.Name == name).Value as string;

    /// <summary>The octets of a text; null when the field is absent.</summary>
    public byte[]? Octets(string name) => fields.FirstOrDefault(each => each.Name == name).Value as byte[];

    public bool IsMessage(string name) => fields.FirstOrDefault(each => each.Name == name).Value is TextProto;

    public string? Text(string name) => Octets(name) is { } octets ? Encoding.UTF8.GetString(octets) : null;

    private sealed class Reading(string text)
    {
        private int index;

        public TextProto Message(char end)
        {
            var message = new TextProto();
            while (true)
            {
                Blank();
                if (index == text.Length && end == '\0') return message;
                if (Take(end)) return message;
                var name = Take('[') ? Until(']') : Word();
                Blank();
                var colon = Take(':');
                Blank();
                if (Take('[')) List(message, name);
                else message.fields.Add((name, Value(colon)));
                Blank();
                if (!Take(',')) Take(';');
            }
        }

        private void List(TextProto message, string name)
        {
            for (Blank(); !Take(']'); Blank())
            {
                message.fields.Add((name, Value(true)));
                Blank();
                Take(',');
            }
        }

        private object Value(bool colon)
        {
            if (Take('{')) return Message('}');
            if (!colon) throw new FormatException($"A message is wanted at {index}.");
            return text[index] is '"' or '\'' ? Octets() : Word();
        }

        private string Word()
        {
            var start = index;
            while (index < text.Length && (char.IsLetterOrDigit(text[index]) || text[index] is '_' or '.' or '-' or '+' or '/')) index++;
            return index > start ? text[start..index] : throw new FormatException($"A word is wanted at {index}: {text.AsSpan(index, Math.Min(20, text.Length - index))}");
        }

        // Texts that follow one another are one.
        private byte[] Octets()
        {
            var octets = new List<byte>();
            for (; index < text.Length && text[index] is '"' or '\''; Blank())
            {
                var quote = text[index++];
                while (!Take(quote)) Character(octets);
            }
            return [.. octets];
        }

        private void Character(List<byte> octets)
        {
            if (!Take('\\'))
            {
                var length = char.IsHighSurrogate(text[index]) ? 2 : 1;
                octets.AddRange(Encoding.UTF8.GetBytes(text.Substring(index, length)));
                index += length;
                return;
            }
            var escaped = text[index++];
            switch (escaped)
            {
                case 'x':
                    octets.Add(byte.Parse(Digits(2, Uri.IsHexDigit), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
                    break;
                case 'u' or 'U':
                    octets.AddRange(Encoding.UTF8.GetBytes(char.ConvertFromUtf32(int.Parse(Digits(escaped == 'u' ? 4 : 8, Uri.IsHexDigit), NumberStyles.HexNumber, CultureInfo.InvariantCulture))));
                    break;
                case >= '0' and <= '7':
                    index--;
                    octets.Add(Convert.ToByte(Digits(3, each => each is >= '0' and <= '7'), 8));
                    break;
                default:
                    octets.Add((byte)(escaped switch { 'n' => '\n', 't' => '\t', 'r' => '\r', 'a' => '\a', 'b' => '\b', 'f' => '\f', 'v' => '\v', _ => escaped }));
                    break;
            }
        }

        private string Digits(int most, Func<char, bool> isDigit)
        {
            var start = index;
            while (index - start < most && isDigit(text[index])) index++;
            return text[start..index];
        }

        private string Until(char end)
        {
            var start = index;
            index = text.IndexOf(end, index) + 1;
            return text[start..(index - 1)];
        }

        private bool Take(char wanted)
        {
            if (index >= text.Length || text[index] != wanted) return false;
            index++;
            return true;
        }

        private void Blank()
        {
            while (index < text.Length && (char.IsWhiteSpace(text[index]) || text[index] == '#'))
                if (text[index] == '#') index = text.IndexOf('\n', index) is var end and >= 0 ? end : text.Length;
                else index++;
        }
    }
}
