namespace EnquiryTriage.Topics;

/// <summary>Training or evaluation data cannot be used. The message says what is wrong, where, and the remedy.</summary>
public sealed class TopicDataException : Exception
{
    /// <summary>With a message that names file, line and remedy.</summary>
    public TopicDataException(string message)
        : base(message)
    {
    }

    /// <summary>With a message that names file, line and remedy, and the cause.</summary>
    public TopicDataException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Without details.</summary>
    public TopicDataException()
        : base("The topic data cannot be used.")
    {
    }
}

/// <summary>A model file cannot be used. The message says which, what is wrong with it, and the remedy.</summary>
public sealed class TopicModelException : Exception
{
    /// <summary>With a message that names the file, what is wrong and the remedy.</summary>
    public TopicModelException(string message)
        : base(message)
    {
    }

    /// <summary>With a message that names the file, what is wrong and the remedy, and the cause.</summary>
    public TopicModelException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Without details.</summary>
    public TopicModelException()
        : base("The topic model cannot be used.")
    {
    }
}
